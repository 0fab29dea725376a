"""The tokens of e-mailed links that reset a password."""

from allauth.account.models import EmailAddress
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from accounts.models import User


class ResetTokens(PasswordResetTokenGenerator):
    """A new password, a sign-in or a changed address invalidates a token, as in allauth.

    Closing the account also invalidates it.
    """

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        addresses = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
        known = sorted({user.email, *addresses})
        return "|".join([super()._make_hash_value(user, timestamp), str(user.is_active), *known])
