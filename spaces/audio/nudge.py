"""Tell the audio nodes to look at a room now. Said on commit; a lost word is healed by the nodes'
own look every two seconds, so nothing here is retried or awaited."""

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from spaces.models import Space

NODES = "audio.nodes"  # the group that every node listens to

log = structlog.get_logger(__name__)


def nudge(space: Space) -> None:
    transaction.on_commit(lambda: _send(space.public_id))


def nudge_all() -> None:
    """Look at every room: for what concerns a person wherever they are."""
    transaction.on_commit(lambda: _send(""))


def _send(room: str) -> None:
    try:
        async_to_sync(get_channel_layer().group_send)(NODES, {"type": "nudge", "room": room})
    except Exception:
        log.exception("audio_nudge_not_sent", space=room)
