"""Process a form only once, even if a double tap or a retry on a bad network sends it twice.

Each page with such a form contains a random name (`new_name`). If the same content arrives again
with the same name, it has already been processed. Other content with the same name is a new form,
e.g. after Back.
"""

import hashlib
import secrets

import redis
import structlog
from django.core.cache import cache

log = structlog.get_logger(__name__)

KEPT_SECONDS = 3600
MAX_NAME_LENGTH = 40  # characters


def new_name() -> str:
    return secrets.token_urlsafe(12)


def begin(*what: object) -> bool:
    """Return whether this form arrives for the first time; while Redis is down, return True.

    `what` identifies the form: the person, the kind of form, its name and its content.
    """
    try:
        return bool(cache.add(_key(what), 1, KEPT_SECONDS))
    except redis.RedisError as error:
        log.warning("repetition_not_seen", error=repr(error))
        return True


def undo(*what: object) -> None:
    """Allow the same form again, because the first attempt to process it failed."""
    try:
        cache.delete(_key(what))
    except redis.RedisError as error:
        log.warning("repetition_not_forgotten", error=repr(error))


def _key(what: tuple[object, ...]) -> str:
    return f"once:{hashlib.sha256(repr(what).encode()).hexdigest()}"
