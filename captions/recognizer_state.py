"""Tell pages how the recognizer on the audio node's machine is doing in a room.

Open pages receive the event `recognition`; pages that open later find the state in the snapshot
(settings.SNAPSHOT_PRESENT).

The audio node repeats the state while voices are recognized there, and the state expires in the
shared cache. So the state of a node that has died does not stay.
"""

from typing import Any

from django.core.cache import cache

from captions.events import RecognitionState
from spaces.models import Space
from spaces.room.publish import announce

LIFETIME = 30  # seconds; several times audio.recognition.pool.REPEAT_EVERY


async def publish(room: str, state: str) -> None:
    """Store the state and announce it to open pages. Raises the errors of the cache and of the
    channel layer."""
    await cache.aset(_key(room), state, LIFETIME)
    await announce(room, RecognitionState(state=state))


def snapshot_part(space: Space) -> dict[str, Any]:
    """`recognition` is "" if the audio node recognizes no voice of this Space."""
    return {"recognition": cache.get(_key(space.public_id), "") if space.is_live else ""}


def _key(room: str) -> str:
    return f"recognition:{room}"
