"""The token in the link that cancels the deletion of an account without signing in.

The link is shown to people who entered the right password, and is sent to their e-mail address.
"""

from django.core import signing
from django.utils import timezone

from accounts.models import User

SALT = "accounts.deletion"


def create(user: User) -> str:
    """Return a token that is valid for this deletion only, until the account is erased."""
    return signing.dumps([user.pk, _stamp(user)], salt=SALT)


def read(token: str) -> User | None:
    """Return the user whose deletion the token can cancel; None if the token is forged, was already
    used or is too late."""
    try:
        pk, stamp = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, deletes_at__gt=timezone.now()).first()
    return user if user is not None and _stamp(user) == stamp else None


def _stamp(user: User) -> str:
    return user.deletes_at.isoformat() if user.deletes_at else ""
