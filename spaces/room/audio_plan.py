"""The audio plan of a room, read from the database: the state that the audio node must reach."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.utils import timezone

from accounts import session_refs
from accounts.models import Block, User
from audio.caller import Caller
from audio.plan import RoomPlan
from core import database, person_keys
from spaces import captioning, exclusions
from spaces.models import Participant, Removal, Space


def read(rooms: Mapping[str, Iterable[Caller]]) -> dict[str, RoomPlan]:
    """Return the plan of each room. Blocks, exclusions and ended sessions are read only for the
    given callers, suspensions also for the people on stage. The plan of a Space that is not live is
    empty.

    The number of queries does not depend on how many rooms and callers there are.
    """
    plans = {room: RoomPlan(room) for room in rooms}
    spaces = {space.pk: space for space in Space.objects.live().filter(public_id__in=plans)}
    if not spaces:
        return plans
    stages = _stages(spaces)
    removed = _removed(spaces)
    callers = {pk: set(rooms[space.public_id]) for pk, space in spaces.items()}
    everyone = set[Caller]().union(*callers.values())
    accounts = {pk for each in everyone for pk in person_keys.accounts_in(each.keys)}
    suspended = _suspended(accounts)
    blocked = _blocked(spaces, accounts)
    excluded = _excluded(callers)
    captioned = captioning.captioned_voices(spaces.keys())
    ended = session_refs.ended_among(each.session for each in everyone)
    for pk, space in spaces.items():
        plans[space.public_id] = RoomPlan(
            space.public_id,
            live=True,
            stage=stages[pk],
            removed=frozenset(removed[pk] | suspended | blocked[pk] | excluded[pk]),
            ended=frozenset({each.session for each in callers[pk]} & ended),
            guests=space.open_to_guests,
            music=space.music_mode,
            captioned=captioned.get(pk, captioning.Voices()).people,
            language=captioned.get(pk, captioning.Voices()).language,
            soundscape=space.soundscape,
        )
    return plans


def _stages(spaces: Mapping[int, Space]) -> Mapping[int, dict[str, bool]]:
    stages: dict[int, dict[str, bool]] = defaultdict(dict)
    staged = Participant.objects.on_stage().filter(space__in=spaces, user__is_active=True)
    staged = staged.exclude(user__suspended_until__gt=timezone.now())
    for pk, user, muted in staged.values_list("space", "user", "muted"):
        stages[pk][User(pk=user).key] = muted
    return stages


def _removed(spaces: Mapping[int, Space]) -> Mapping[int, set[str]]:
    removed: dict[int, set[str]] = defaultdict(set)
    removals = Removal.objects.filter(space__in=spaces)
    for pk, key in removals.values_list("space", "viewer_key"):
        removed[pk].add(key)
    return removed


def _suspended(accounts: set[int]) -> set[str]:
    """Return the keys of suspended and closed accounts; same rule as `admission.not_suspended`."""
    if not accounts:
        return set()
    suspended = User.objects.closed_or_suspended().filter(pk__in=accounts)
    return {User(pk=pk).key for pk in suspended.values_list("pk", flat=True)}


def _blocked(spaces: Mapping[int, Space], accounts: set[int]) -> Mapping[int, set[str]]:
    """Return the keys of the people whom each Space's host blocks; same rule as
    `admission.not_blocked_by_host`."""
    blocked: dict[int, set[str]] = defaultdict(set)
    if not accounts:
        return blocked
    hosts = {space.host_id for space in spaces.values()}
    blocks = Block.objects.filter(blocker__in=hosts, blocked__in=accounts)
    by_host: dict[int, set[int]] = defaultdict(set)
    for host, account in blocks.values_list("blocker", "blocked"):
        by_host[host].add(account)
    for pk, space in spaces.items():
        excluded = by_host[space.host_id] - {space.host_before_id}
        blocked[pk] = {User(pk=account).key for account in excluded}
    return blocked


def _excluded(callers: Mapping[int, set[Caller]]) -> Mapping[int, set[str]]:
    """Return the keys of the people whom a higher-level app excludes from each Space."""
    accounts = {
        pk: {account for each in people for account in person_keys.accounts_in(each.keys)}
        for pk, people in callers.items()
    }
    found = exclusions.excluded(accounts)
    return {pk: {User(pk=account).key for account in found.get(pk, ())} for pk in callers}


class PlanReader:
    """Reads plans for a node. Requests that arrive during a read share the next read.

    So reconciling all rooms takes one read, and a plan is never older than its request.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[asyncio.Future[RoomPlan], set[Caller]]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def plan_of(self, room: str, callers: Iterable[Caller] = ()) -> RoomPlan:
        """Return the plan of `room`. Raises the error with which the read failed: Unavailable
        during an outage of the database."""
        if room not in self._waiting:
            self._waiting[room] = (asyncio.get_running_loop().create_future(), set())
        future, all_callers = self._waiting[room]
        all_callers.update(callers)
        plan = asyncio.shield(future)
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        return await plan

    async def _read(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, {}
            rooms = {room: callers for room, (_, callers) in waiting.items()}
            try:
                plans = await database.run(read, rooms)
            except Exception as error:
                for future, _ in waiting.values():
                    future.set_exception(error)
            else:
                for room, (future, _) in waiting.items():
                    future.set_result(plans[room])
        self._reading = None
