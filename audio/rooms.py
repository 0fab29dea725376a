"""The rooms open on this node, and their reconciliation with the plans."""

import asyncio
import logging
import time
import weakref
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

from audio.caller import Caller
from audio.edge import Edge
from audio.interface import AudioError
from audio.live_room import LiveRoom
from audio.plan import RoomPlan
from audio.room import Room
from audio.transport.peer import Peer
from core.database import Unavailable

CLOSE_EMPTY_AFTER = 30.0  # seconds that an empty room stays open

log = logging.getLogger(__name__)


PlanOf = Callable[[str, Iterable[Caller]], Awaitable[RoomPlan]]  # see application.Application


class Rooms:
    """Contains at most `max_rooms` rooms. `create` and `create_edge` create one from its first
    plan: as its origin, or as an edge of it."""

    def __init__(
        self,
        *,
        plan_of: PlanOf,
        create: Callable[[RoomPlan], Room],
        create_edge: Callable[[RoomPlan], Edge],
        max_rooms: int,
    ) -> None:
        self._plan_of, self._max_rooms = plan_of, max_rooms
        self._create, self._create_edge = create, create_edge
        self._rooms: dict[str, LiveRoom] = {}
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self._sent_before = self._lost_before = 0  # packets of rooms that are closed now

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._rooms)

    @property
    def edges(self) -> tuple[str, ...]:
        """Return the names of the rooms of which this node is an edge."""
        return tuple(name for name, room in self._rooms.items() if isinstance(room, Edge))

    @property
    def peers(self) -> Iterator[Peer]:
        return (peer for room in self._rooms.values() for peer in room.peers.values())

    @property
    def peer_count(self) -> int:
        return sum(len(room.peers) for room in self._rooms.values())

    def get(self, name: str) -> LiveRoom | None:
        return self._rooms.get(name)

    def get_origin(self, name: str) -> Room | None:
        """Return the room if this node is its origin."""
        room = self._rooms.get(name)
        return room if isinstance(room, Room) else None

    def get_edge(self, name: str) -> Edge | None:
        """Return the room if this node is an edge of it."""
        room = self._rooms.get(name)
        return room if isinstance(room, Edge) else None

    def find_peer(self, name: str, peer: str) -> Peer | None:
        room = self._rooms.get(name)
        return room.peers.get(peer) if room is not None else None

    async def reconcile(
        self, name: str, *, joining: Iterable[Caller] = (), as_edge: bool = False
    ) -> None:
        """Read the plan of this room and make the room match it; open the room if necessary.

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
            elif as_edge:
                edge = self._rooms[name] = self._create_edge(plan)
                edge.request_stream()
            else:
                self._rooms[name] = self._create(plan)

    async def enter(self, name: str, caller: Caller) -> Room:
        """Return the room, opening it if necessary. Raises AudioError if the room is not live or
        cannot be opened, or if the caller is refused."""
        self._become_origin(name)
        room = self._rooms.get(name)
        if room is None or room.plan.refusal_of(caller):
            await self.reconcile(name, joining=[caller])
        origin = self._require_origin(name)
        if refusal := origin.plan.refusal_of(caller):
            raise AudioError(refusal)
        return origin

    async def enter_edge(self, name: str, caller: Caller) -> LiveRoom:
        """Do the same as `enter`, but as an edge of the room, unless this node is its origin."""
        room = self._rooms.get(name)
        if room is None or room.plan.refusal_of(caller):
            await self.reconcile(name, joining=[caller], as_edge=True)
            room = self._rooms.get(name)
        if room is None:
            raise AudioError("not_live")
        if refusal := room.plan.refusal_of(caller):
            raise AudioError(refusal)
        return room

    async def open(self, name: str) -> Room:
        """Return the room, opening it if necessary, for an edge. Raises AudioError if the room is
        not live or cannot be opened."""
        self._become_origin(name)
        if name not in self._rooms:
            await self.reconcile(name)
        return self._require_origin(name)

    def _become_origin(self, name: str) -> None:
        """If this node is an edge of the room, close the edge; its listeners connect again."""
        if self.get_edge(name) is not None:
            self.close(name, "lost")

    def _require_origin(self, name: str) -> Room:
        if name not in self._rooms:
            raise AudioError("not_live")
        origin = self.get_origin(name)
        if origin is None:
            raise AudioError("timeout", "this node has become an edge meanwhile")
        return origin

    def tick(self) -> None:
        """Tick every room that is in use, every 20 ms; close rooms that stay empty."""
        now = time.monotonic()
        for room in list(self._rooms.values()):
            if room.in_use:
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
        edges = [room for room in rooms if isinstance(room, Edge)]
        origins = [room for room in rooms if isinstance(room, Room)]
        return {
            "rooms": len(origins),
            "edges": len(edges),
            "trunks": sum(len(room.trunks) for room in origins),
            "trunk_packets_lost": sum(room.trunk_packets_lost for room in edges),
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


def _tick(room: LiveRoom, now: float) -> None:
    try:
        room.tick(now)
    except Exception:  # a failing room must not silence the others
        log.exception("tick failed", extra={"room": room.name})
