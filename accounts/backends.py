"""Check a person's handle or e-mail address and password when they sign in."""

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.userkit import filter_users_by_email, get_user_by_username
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from core.prepared_queries import prepared


class SingleHashBackend(AuthenticationBackend):
    """Hash the password exactly once, whether or not an account exists. Django's and allauth's
    backends together hash it one to three times, and the time reveals who has an account.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: str | None) -> User | None:
        password = credentials.get("password")
        if not password:
            return None
        user = _find(credentials.get("username") or "", credentials.get("email") or "")
        if user is None:
            User().set_password(password)
            return None
        found: User | None = self._check_password(user, password)
        return found

    def get_user(self, user_id: int) -> User | None:
        """Return the user of a session, unless their account is closed."""
        found = _with_id(user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None


@prepared
def _with_id(user_id: int) -> QuerySet[User]:
    return User.objects.filter(pk=user_id)


def _find(handle: str, address: str) -> User | None:
    """Find an account by handle or e-mail address; allauth passes an address as both."""
    if handle and "@" not in handle:
        found: User | None = get_user_by_username(handle)
        return found
    # If several accounts have the same unverified address, signing in with it opens the oldest. The
    # owners of the other accounts sign in with their handles.
    users = filter_users_by_email(address or handle, prefer_verified=True, for_login=True)
    return min(users, key=lambda user: user.pk, default=None)
