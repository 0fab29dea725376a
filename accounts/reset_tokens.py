"""The tokens of mailed links that set a new password."""

from allauth.account.models import EmailAddress
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from accounts.models import User


class ResetTokens(PasswordResetTokenGenerator):
    """Tokens that a new password, a sign-in or a changed address makes invalid, as in allauth.

    Closing an account makes its earlier links invalid too.
    """

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        addresses = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
        known = sorted({user.email, *addresses})
        return "|".join([super()._make_hash_value(user, timestamp), str(user.is_active), *known])
