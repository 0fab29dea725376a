"""What must be true of a room, read from the database."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable

from django.utils import timezone

from accounts import database, suspension
from accounts.models import User
from spaces.audio.plan import RoomPlan
from spaces.models import Participant, Removal, Space


async def plan_of(room: str) -> RoomPlan:
    """The plan of the Space with this public id; not live when there is no such Space."""
    return (await database.run(read, [room]))[room]


def read(rooms: Iterable[str]) -> dict[str, RoomPlan]:
    """Four queries, however many rooms."""
    plans = {room: RoomPlan(room) for room in rooms}
    spaces = {space.pk: space for space in Space.objects.live().filter(public_id__in=plans)}
    stages: dict[int, dict[str, bool]] = defaultdict(dict)
    staged = Participant.objects.on_stage().filter(space__in=spaces, user__is_active=True)
    staged = staged.exclude(user__suspended_until__gt=timezone.now())
    for pk, user, muted in staged.values_list("space", "user", "muted"):
        stages[pk][User(pk=user).key] = muted
    removed: dict[int, set[str]] = defaultdict(set)
    removals = Removal.objects.filter(space__in=spaces)
    for pk, key in removals.values_list("space", "viewer_key"):
        removed[pk].add(key)
    suspended = {User(pk=pk).key for pk in suspension.fresh()} if spaces else set()
    for pk, space in spaces.items():
        plans[space.public_id] = RoomPlan(
            space.public_id,
            live=True,
            stage=stages[pk],
            removed=frozenset(removed[pk] | suspended),
            guests=space.open_to_guests,
            soundscape=space.soundscape,
        )
    return plans


class PlanReader:
    """Reads plans for a node: whoever asks while a read is under way shares the next one.

    So a sweep over all rooms is one read, and an answer is never older than its question.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Future[RoomPlan]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def plan_of(self, room: str) -> RoomPlan:
        """Raises what the database raises."""
        if room not in self._waiting:
            self._waiting[room] = asyncio.get_running_loop().create_future()
        plan = asyncio.shield(self._waiting[room])
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        return await plan

    async def _read(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, {}
            try:
                plans = await database.run(read, list(waiting))
            except Exception as error:
                for future in waiting.values():
                    future.set_exception(error)
            else:
                for room, future in waiting.items():
                    future.set_result(plans[room])
        self._reading = None
