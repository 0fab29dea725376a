"""How the recognizer on the audio host is doing in each room. Open pages receive the event
`recognition`; pages that open later find the state in the snapshot (settings.SNAPSHOT_PRESENT).

The state is kept in the shared cache and expires, because the audio host repeats it while voices
are captioned there. So the state of a host that has died does not stay.
"""

from typing import Any

from django.core.cache import cache

from captions.events import RecognitionState
from spaces.models import Space
from spaces.room.publish import announce

LIFETIME = 30  # seconds; several times audio.recognition.pool.REPEAT_EVERY


async def publish(room: str, state: str) -> None:
    """Raises the errors of the cache and of the channel layer."""
    await cache.aset(_key(room), state, LIFETIME)
    await announce(room, RecognitionState(state=state))


def snapshot_part(space: Space) -> dict[str, Any]:
    """`recognition` is "" if the audio host recognizes no voice of this Space."""
    return {"recognition": cache.get(_key(space.public_id), "") if space.is_live else ""}


def _key(room: str) -> str:
    return f"recognition:{room}"
