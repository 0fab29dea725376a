"""The tokens in the links that reset a password, which are sent by e-mail."""

from allauth.account.models import EmailAddress
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from accounts.models import User


class ResetTokens(PasswordResetTokenGenerator):
    """A token becomes invalid after a new password, a sign-in or a changed address, as in allauth,
    and also when the account is closed."""

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        addresses = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
        known = sorted({user.email, *addresses})
        return "|".join([super()._make_hash_value(user, timestamp), str(user.is_active), *known])
