"""A form that is sent twice acts once: after a double tap, or again after a network without answer.

The page of a form carries a name of its own (`new_name`). What is sent under it once more, with the
same words, has been done; other words are another act, as after Back.
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
