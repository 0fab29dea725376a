"""Ask the audio nodes to reconcile a room now.

The nodes reconcile all rooms every two seconds anyway, so a failure is logged and not retried.
"""

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from audio.commands import NODES, Reconcile

log = structlog.get_logger(__name__)


def request_reconcile(room: str) -> None:
    """Request that this room is reconciled, or all rooms if `room` is ""."""
    try:
        async_to_sync(get_channel_layer().group_send)(NODES, Reconcile(room=room).pack())
    except Exception:
        log.exception("reconcile_not_requested", space=room)
