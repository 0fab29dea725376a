"""Tell the audio nodes to look at a room now. A lost word is healed by the nodes' own look every
two seconds, so nothing here is retried or awaited."""

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from audio.commands import NODES, Look

log = structlog.get_logger(__name__)


def nudge(room: str) -> None:
    """Look at this room, or ("") at all of them."""
    try:
        async_to_sync(get_channel_layer().group_send)(NODES, Look(room=room).pack())
    except Exception:
        log.exception("audio_nudge_not_sent", space=room)
