"""The rooms open on this node, and their reconciliation with the plans."""

import asyncio
import logging
import time
import weakref
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

from audio.caller import Caller
from audio.interface import AudioError
from audio.plan import RoomPlan
from audio.room import Room
from audio.transport.peer import Peer
from core.database import Unavailable

CLOSE_EMPTY_AFTER = 30.0  # seconds that an empty room stays open

log = logging.getLogger(__name__)


PlanOf = Callable[[str, Iterable[Caller]], Awaitable[RoomPlan]]  # see application.Application


class Rooms:
    """Contains at most `max_rooms` rooms; `create` creates each of them from its first plan."""

    def __init__(
        self,
        *,
        plan_of: PlanOf,
        create: Callable[[RoomPlan], Room],
        max_rooms: int,
    ) -> None:
        self._plan_of, self._create, self._max_rooms = plan_of, create, max_rooms
        self._rooms: dict[str, Room] = {}
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self._sent_before = self._lost_before = 0  # packets of rooms that are closed now

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._rooms)

    @property
    def peers(self) -> Iterator[Peer]:
        return (peer for room in self._rooms.values() for peer in room.peers.values())

    @property
    def peer_count(self) -> int:
        return sum(len(room.peers) for room in self._rooms.values())

    def get(self, name: str) -> Room | None:
        return self._rooms.get(name)

    def find_peer(self, name: str, peer: str) -> Peer | None:
        room = self._rooms.get(name)
        return room.peers.get(peer) if room is not None else None

    async def reconcile(self, name: str, *, joining: Iterable[Caller] = ()) -> None:
        """Read the plan of this room and make the room match it.

        The plan covers the callers in the room and those `joining`. If a caller joins while the
        plan is being read, the next reconciliation covers them.
        """
        # One at a time, since a plan must not be applied after a newer plan.
        async with self._locks.setdefault(name, asyncio.Lock()):
            room = self._rooms.get(name)
            callers = {peer.caller for peer in room.peers.values()} if room is not None else set()
            plan = await self._read_plan(name, callers.union(joining))
            room = self._rooms.get(name)
            if not plan.live:
                self.close(name, "ended")
            elif room is not None:
                room.apply(plan)
            elif len(self._rooms) >= self._max_rooms:
                raise AudioError("full", "this node has its maximum number of Spaces")
            else:
                self._rooms[name] = self._create(plan)

    async def enter(self, name: str, caller: Caller) -> Room:
        """Return the room, opening it if necessary. Raises AudioError if the room is not live or
        cannot be opened, or if the caller is refused."""
        room = self._rooms.get(name)
        if room is None or room.plan.refusal_of(caller):
            await self.reconcile(name, joining=[caller])
            room = self._rooms.get(name)
        if room is None:
            raise AudioError("not_live")
        if refusal := room.plan.refusal_of(caller):
            raise AudioError(refusal)
        return room

    def tick(self) -> None:
        """Mix and send 20 ms in every room that has peers; close rooms that stay empty."""
        now = time.monotonic()
        for room in list(self._rooms.values()):
            if room.peers:
                _tick(room, now)
            elif now - room.empty_since > CLOSE_EMPTY_AFTER:
                self.close(room.name, "ended")

    def close(self, name: str, reason: str) -> None:
        room = self._rooms.pop(name, None)
        if room is not None:
            room.close(reason)
            self._sent_before += room.packets_sent
            self._lost_before += room.packets_lost

    def stats(self) -> Mapping[str, float]:
        rooms = self._rooms.values()
        return {
            "rooms": len(rooms),
            "peers": self.peer_count,
            "packets_sent": self._sent_before + sum(room.packets_sent for room in rooms),
            "packets_lost": self._lost_before
            + sum(room.packets_lost for room in rooms)
            + sum(peer.packets_lost for peer in self.peers),
        }

    async def _read_plan(self, name: str, callers: Iterable[Caller]) -> RoomPlan:
        try:
            return await self._plan_of(name, callers)
        except AudioError:
            raise
        except Unavailable as error:  # logged by the caller, without a traceback
            raise AudioError("timeout", "the database is unavailable") from error
        except Exception as error:
            log.exception("plan not read", extra={"room": name})
            raise AudioError("timeout", "the Space could not be read") from error


def _tick(room: Room, now: float) -> None:
    try:
        room.tick(now)
    except Exception:  # a failing room must not silence the others
        log.exception("tick failed", extra={"room": room.name})
