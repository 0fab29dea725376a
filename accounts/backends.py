"""How people sign in: by handle or e-mail address, and a password."""

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.userkit import filter_users_by_email, get_user_by_username
from django.http import HttpRequest

from accounts.models import User


class OnePassword(AuthenticationBackend):
    """Hashes the password exactly once, whoever asks and whatever is found: with Django's backend
    and allauth's behind each other it was once to three times, which told who has an account.
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


def _find(handle: str, address: str) -> User | None:
    """A handle has no "@", and an address has one; allauth gives an address as both."""
    if handle and "@" not in handle:
        found: User | None = get_user_by_username(handle)
        return found
    # Of several who claim an address that nobody has proven, who was first: the others sign in by
    # their handles.
    users = filter_users_by_email(address or handle, prefer_verified=True, for_login=True)
    return min(users, key=lambda user: user.pk, default=None)
