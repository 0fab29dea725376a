"""The address at which somebody stops the deletion of their account, without being signed in.

Who knows it has proven the password a moment ago, or reads the person's mail.
"""

from django.core import signing
from django.utils import timezone

from accounts.models import User

SALT = "accounts.deletion"


def make(user: User) -> str:
    """Good until the account is erased, and for this deletion alone."""
    return signing.dumps([user.pk, _stamp(user)], salt=SALT)


def read(token: str) -> User | None:
    """Whose deletion it can stop; None when it is forged, used already, or too late."""
    try:
        pk, stamp = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, deletes_at__gt=timezone.now()).first()
    return user if user is not None and _stamp(user) == stamp else None


def _stamp(user: User) -> str:
    return user.deletes_at.isoformat() if user.deletes_at else ""
