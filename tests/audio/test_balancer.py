"""Which listeners a busy node passes on, by the heartbeats of the other nodes in a real Redis."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from audio import balancer as balancer_module
from audio.balancer import BUSY, Balancer
from audio.placement import Heartbeat, Placement
from config.redis_server import RedisServer
from spaces.checks import audio_nodes_can_be_used

pytestmark = pytest.mark.integration

LIMIT = 10  # peers


class Nodes:
    """The node "here" with its balancer, and the heartbeats of other nodes."""

    def __init__(self) -> None:
        self.now = 100.0
        self.placement = Placement()
        self.balancer = Balancer(self.placement, node="here", limit=LIMIT, clock=lambda: self.now)

    async def beat(self, **peers: float) -> None:
        for node, count in peers.items():
            await self.send(node, peers=count)

    async def send(self, node: str, *, peers: float = 0, load: float = 0.0) -> None:
        beat = Heartbeat(node, "i", 1, "rr", stats={"peers": peers}, load=load)
        await self.placement.send_heartbeat(beat)

    async def choose(self, count: int = 1, *, peers: int = LIMIT, edges: tuple = ()) -> list[str]:
        return [await self.balancer.choose_edge(peers=peers, edges=edges) for _ in range(count)]


@pytest.fixture
async def nodes(redis_server: RedisServer) -> AsyncIterator[Nodes]:
    nodes = Nodes()
    yield nodes
    await nodes.placement.close()


async def test_a_node_that_is_not_busy_keeps_its_listeners_and_reads_nothing(
    nodes: Nodes, redis_server: RedisServer
) -> None:
    redis_server.stop()
    assert await nodes.choose(peers=LIMIT - 1) == [""]


async def test_a_node_with_many_peers_or_a_high_load_passes_listeners_on(nodes: Nodes) -> None:
    await nodes.beat(here=LIMIT, other=0)
    assert await nodes.choose() == ["other"]
    nodes.balancer.load = BUSY
    assert await nodes.choose(peers=1) == ["other"]


async def test_listeners_who_arrive_at_once_are_all_passed_on(nodes: Nodes) -> None:
    await nodes.beat(here=LIMIT, other=0)
    chosen = await asyncio.gather(*(nodes.choose() for _ in range(5)))
    assert chosen == [["other"]] * 5


async def test_the_only_node_keeps_everybody(nodes: Nodes) -> None:
    await nodes.beat(here=LIMIT)
    assert await nodes.choose(3) == ["", "", ""]


async def test_an_edge_is_filled_before_another_node_becomes_one(nodes: Nodes) -> None:
    await nodes.beat(here=LIMIT, one=3, two=0)
    assert await nodes.choose(7, edges=("one",)) == ["one"] * 7
    assert await nodes.choose(2, edges=("one",)) == ["two"] * 2


async def test_without_an_edge_the_least_loaded_node_becomes_one(nodes: Nodes) -> None:
    await nodes.send("one", load=0.4)
    await nodes.send("two", load=0.1, peers=3)
    assert await nodes.choose(2) == ["two", "two"]


async def test_listeners_who_were_just_sent_to_a_node_count_before_its_heartbeat_shows_them(
    nodes: Nodes,
) -> None:
    await nodes.beat(one=LIMIT - 2, two=LIMIT - 1)
    assert await nodes.choose(3) == ["one", "one", "two"]
    nodes.now += balancer_module.COUNTED_FOR + 0.1
    assert await nodes.choose() == ["one"]


async def test_when_all_nodes_are_busy_the_one_with_the_fewest_peers_is_chosen(
    nodes: Nodes,
) -> None:
    await nodes.beat(one=2 * LIMIT, two=LIMIT + 2)
    assert await nodes.choose(peers=LIMIT + 2) == [""]
    assert await nodes.choose(peers=LIMIT + 4) == ["two"]


async def test_a_node_that_failed_is_avoided_for_some_time(nodes: Nodes) -> None:
    await nodes.beat(one=0, two=5)
    nodes.balancer.avoid("one")
    assert await nodes.choose() == ["two"]
    nodes.now += balancer_module.AVOID_FOR
    assert await nodes.choose() == ["one"]


async def test_a_node_that_has_stopped_gets_no_listeners(nodes: Nodes) -> None:
    await nodes.beat(one=0)
    assert await nodes.choose() == ["one"]
    await nodes.placement.deregister("one")
    assert await nodes.choose() == [""]


@pytest.mark.parametrize(("limit", "errors"), [(1, []), (0, ["spaces.E004"])])
def test_system_checks_find_an_impossible_limit(
    settings: object, limit: int, errors: list[str]
) -> None:
    settings.AUDIO_PEERS_PER_NODE = limit
    assert [error.id for error in audio_nodes_can_be_used(None)] == errors
