"""The link in an e-mail that turns off e-mails of its kind, without signing in (RFC 8058)."""

from django.core import signing

from accounts.models import User
from notifications import preferences, registry
from notifications.registry import EMAIL, Kind

SALT = "notifications.unsubscribe"


def create_token(user: User, kind: Kind) -> str:
    """Return a token without an expiry, because people keep e-mails."""
    return signing.dumps([user.pk, kind.name], salt=SALT)


def read_token(token: str) -> tuple[User, Kind] | None:
    """Return the person and the kind of e-mails that the token is for; None if it is forged, or if
    the account or the kind no longer exists."""
    try:
        pk, name = signing.loads(token, salt=SALT)
        kind = registry.kind(name)
    except (signing.BadSignature, registry.UnknownKind, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, deleted_at=None).first()
    return (user, kind) if user is not None else None


def unsubscribe(user: User, kind: Kind) -> None:
    """Turn these e-mails off. Idempotent."""
    preferences.turn_off(user, kind.name, EMAIL)
