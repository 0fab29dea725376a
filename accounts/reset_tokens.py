"""The tokens of mailed links that set a new password."""

from allauth.account.models import EmailAddress
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from accounts.models import User


class ResetTokens(PasswordResetTokenGenerator):
    """As Django's and allauth's, spent by a new password, a sign-in, or another address. A closed
    account accepts none: closing it also stops the links that were mailed before."""

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        addresses = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
        known = sorted({user.email, *addresses})
        return "|".join([super()._make_hash_value(user, timestamp), str(user.is_active), *known])
