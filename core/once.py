"""A form that is sent twice acts once: after a double tap, or a retry on a bad network.

Each page with such a form has a random name in it (`new_name`). The same content sent again under
the same name has been done; other content is a new act, as after Back.
"""

import hashlib
import secrets

import redis
import structlog
from django.core.cache import cache

log = structlog.get_logger(__name__)

KEPT = 3600  # seconds
LONGEST = 40  # characters of a name


def new_name() -> str:
    return secrets.token_urlsafe(12)


def begin(*what: object) -> bool:
    """Return whether this form arrives for the first time. `what` identifies it: the person, the
    kind of form and its text."""
    try:
        return bool(cache.add(_key(what), 1, KEPT))
    except redis.RedisError as error:
        log.warning("repetition_not_seen", error=repr(error))
        return True


def undo(*what: object) -> None:
    """Allow the same form again, because the first attempt failed."""
    try:
        cache.delete(_key(what))
    except redis.RedisError as error:
        log.warning("repetition_not_forgotten", error=repr(error))


def _key(what: tuple[object, ...]) -> str:
    return f"once:{hashlib.sha256(repr(what).encode()).hexdigest()}"
