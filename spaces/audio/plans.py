"""What must be true of a room, read from the database."""

from channels.db import database_sync_to_async

from accounts.models import User
from spaces.audio.interface import RoomPlan
from spaces.models import Participant, Removal, Space


async def plan_of(room: str) -> RoomPlan:
    """The plan of the Space with this public id; not live when there is no such Space."""
    return await database_sync_to_async(read)(room)


def read(room: str) -> RoomPlan:
    """Three small queries, or one when the Space is not live."""
    space = (
        Space.objects.live().filter(public_id=room).values("pk", "soundscape").first()
    )
    if space is None:
        return RoomPlan(room)
    stage = Participant.objects.on_stage().filter(
        space=space["pk"], user__is_active=True
    )
    removals = Removal.objects.filter(space=space["pk"])
    return RoomPlan(
        room,
        live=True,
        stage={
            User(pk=user).key: muted
            for user, muted in stage.values_list("user", "muted")
        },
        removed=frozenset(removals.values_list("viewer_key", flat=True)),
        soundscape=space["soundscape"],
    )
