"""The only way to send events to a room.

`publish` writes a durable event to the journal in the caller's transaction and sends it on commit;
`announce` sends an ephemeral event at once. Both encode the event once, for the hubs of all web
processes.
"""

from collections.abc import Mapping
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.db.models import F

from accounts.models import User
from core.sockets.frame import encode
from spaces.models import RoomEvent, Space
from spaces.refusals import NotLive
from spaces.room.events import Durable, Ended, Ephemeral

log = structlog.get_logger(__name__)


def group_of(space_id: str) -> str:
    """Return the name of the channel-layer group to which this room's events are sent."""
    return f"room.{space_id}"


def publish(
    space: Space, event: Durable, *, actor: User | None = None, note: str = ""
) -> RoomEvent:
    """Append `event` to the journal, and send it when the transaction commits. The room doesn't
    receive `note`; hosts see it in their log.

    The caller must hold the Space's lock (`spaces.actions.locks`), so that revisions have no gaps
    and are in the order of the commits; otherwise this raises TransactionManagementError. If the
    Space has ended, it raises NotLive, which rolls the action back.
    """
    if not space.locks_held:
        raise transaction.TransactionManagementError("publish() needs the lock of the Space")
    Space.objects.filter(pk=space.pk).update(revision=F("revision") + 1)
    space.refresh_from_db(fields=["revision", "state"])
    if not space.is_live and not isinstance(event, Ended):
        raise NotLive(space.state)
    row = RoomEvent.objects.create(
        space=space,
        revision=space.revision,
        kind=event.kind,
        actor=actor,
        payload=event.payload(),
        note=note,
    )
    frame = row.frame()
    transaction.on_commit(lambda: _try_to_send(space.public_id, frame))
    return row


async def announce(space_id: str, event: Ephemeral) -> None:
    """Send an ephemeral event. If Redis is unreachable, raises the channel layer's error."""
    await _send(space_id, event.frame(), for_caption_readers=event.for_caption_readers)


def _try_to_send(space_id: str, frame: Mapping[str, Any]) -> None:
    try:
        async_to_sync(_send)(space_id, frame)
    except Exception:
        # The change is committed; pages notice the missing revision and catch up.
        log.exception("room_event_not_sent", space=space_id)


async def _send(
    space_id: str, frame: Mapping[str, Any], *, for_caption_readers: bool = False
) -> None:
    """Send the encoded frame, together with the fields that hubs need because they don't decode
    it."""
    message = {
        "type": "room",
        "space": space_id,
        "kind": frame["t"],
        "rev": frame.get("rev"),
        "who": frame.get("who"),
        "to": frame.get("to"),
        "for_caption_readers": for_caption_readers,
    }
    layer = get_channel_layer()
    await layer.group_send(group_of(space_id), message | {"text": encode(frame)})
