"""Choose the edge to which a busy node passes on a new listener (docs/decisions/0031).

A node is busy when it uses `BUSY` of its core, or has as many peers as the limit. Heartbeats are up
to two seconds old here, so listeners who were sent to a node within this time are added to its
peers.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping

from audio.placement import HEARTBEAT_EVERY, Heartbeat, Placement

BUSY = 0.6  # of a core
COUNTED_FOR = 2.0  # seconds for which a listener is added to the peers in a node's heartbeat
AVOID_FOR = 30.0  # seconds for which an edge that failed is not used


class Balancer:
    """Belongs to the node with this name. `limit` is the number of peers of a busy node."""

    def __init__(
        self,
        placement: Placement,
        *,
        node: str,
        limit: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.load = 0.0  # of this node; its owner updates it
        self._placement, self._node, self._clock = placement, node, clock
        self._share = BUSY / limit  # of a core, which each peer may use
        self._others: list[Heartbeat] = []
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()
        self._sent: deque[tuple[float, str]] = deque()  # when a listener was sent to which node
        self._avoided: dict[str, float] = {}  # node -> until when

    def avoid(self, edge: str) -> None:
        """Send this node no listeners for some time."""
        self._avoided[edge] = self._clock() + AVOID_FOR

    async def choose_edge(self, *, peers: int, edges: Collection[str]) -> str:
        """Return the node to which the next listener goes; "" if this node keeps the listener.

        `peers` is the number of this node's peers, `edges` names the nodes that have the room.
        Raises the errors of Redis.
        """
        here = self._expected(self.load, peers)
        if not _is_busy(here):
            return ""
        await self._read_heartbeats()
        now = self._clock()
        while self._sent and now - self._sent[0][0] > COUNTED_FOR:
            self._sent.popleft()
        sent = Counter(node for _, node in self._sent)
        others = {
            each.node: self._expected(each.load, each.peers + sent[each.node])
            for each in self._others
            if self._avoided.get(each.node, now) <= now
        }
        chosen = _choose(here, others, {*edges, *sent})
        # A node that has stopped or died since its heartbeat was read can't answer.
        if not chosen or not await self._placement.is_alive(chosen):
            return ""
        self._sent.append((now, chosen))
        return chosen

    def _expected(self, load: float, peers: float) -> float:
        return max(load, peers * self._share)

    async def _read_heartbeats(self) -> None:
        async with self._reading:  # listeners who arrive during a read wait for it
            if self._clock() - self._read_at < HEARTBEAT_EVERY:
                return
            nodes = await self._placement.nodes()
            self._others = [each for each in nodes if each.node != self._node]
            self._read_at = self._clock()


def _choose(here: float, others: Mapping[str, float], edges: Collection[str]) -> str:
    """Return the best of the other nodes, by their expected loads; "" if it is not better than this
    node. Edges are preferred, until they are busy, too."""
    free = {node: load for node, load in others.items() if not _is_busy(load)}
    if free:
        return min(free, key=lambda node: (node not in edges, free[node], node))
    best = min(others, key=lambda node: (others[node], node), default="")
    return best if best and others[best] < here else ""


def _is_busy(load: float) -> bool:
    return load >= BUSY - 1e-9  # so that rounding does not move the limit
