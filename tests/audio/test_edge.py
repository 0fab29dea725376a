"""An edge: a node that receives a room's stream from its origin and sends it to listeners."""

import time
from itertools import pairwise

import pytest

from audio import edge as edge_module
from audio import trunks
from audio.engine import Engine
from audio.events import PeerGone
from audio.interface import AudioError
from audio.plan import RoomPlan
from audio.quality import SAVER
from audio.trunk_request import TrunkRequest
from tests.audio.call import AUDIBLE, INAUDIBLE, loudness
from tests.audio.callers import caller
from tests.audio.edges import open_edge, talking, trunks_of
from tests.audio.nodes import eventually
from tests.audio.webrtc_client import Client

WRAP = 1 << 32
SILENCE = 19_200  # samples between two packets in silence
LAST = 10  # packets in which a tone is measured


def steps(client: Client, since: int = 0) -> set[int]:
    """Return the differences between the timestamps of successive packets."""
    stamps = [packet.timestamp for packet in client.received[since:]]
    return {(after - before) % WRAP for before, after in pairwise(stamps)}


async def until_heard(client: Client, hz: int) -> None:
    def heard() -> bool:
        return len(client.received) >= 2 * LAST and loudness(client, hz, last=LAST) > AUDIBLE

    await client.until(heard)


def bytes_in(client: Client) -> int:
    """Return how many bytes of sound the last packets contain."""
    return sum(len(packet.payload) for packet in client.received[-LAST:])


async def refusal(call: object) -> str:
    with pytest.raises(AudioError) as caught:
        await call
    return caught.value.code


async def test_a_listener_at_an_edge_receives_the_packets_of_the_origin() -> None:
    async with open_edge() as (stage, node):
        ana = await stage.speaker("ana")
        here, there = await stage.listener("eve"), await node.listener("dan")
        async with talking(ana, 600):
            await until_heard(there, 600)
            assert loudness(there, 1000, last=LAST) < INAUDIBLE
            await here.receive_packets(5)
        sent = {packet.timestamp: packet.payload for packet in here.received}
        received = {packet.timestamp: packet.payload for packet in there.received}
        both = sent.keys() & received.keys()
        assert len(both) >= LAST
        assert [received[each] for each in both] == [sent[each] for each in both]


async def test_the_sound_of_the_stage_needs_no_listener_at_the_origin() -> None:
    async with open_edge() as (stage, node):
        ana, dan = await stage.speaker("ana"), await node.listener("dan")
        async with talking(ana, 600):
            await until_heard(dan, 600)
        assert stage.engine.edge_nodes("r") == ["edge"]


async def test_a_room_with_nobody_but_an_edge_stays_open() -> None:
    async with open_edge() as (stage, node):
        dan = await node.listener("dan")
        await dan.receive_packets(3)
        assert (await stage.engine.stats())["peers"] == 0
        assert (await stage.engine.stats())["trunks"] == 1
        assert (await node.engine.stats())["edges"] == 1


async def test_in_silence_a_new_listener_receives_a_packet_before_the_origin_sends_one() -> None:
    async with open_edge() as (_, node):
        dan = await node.listener("dan")
        await dan.receive_packets(15)  # the origin pauses after ten silent frames
        await dan.until(lambda: SILENCE in steps(dan))
        begin = len(dan.received) - 1
        number = 0
        while steps(dan, begin) <= {SILENCE}:  # a packet of the origin may come first
            number += 1
            eve = await node.listener(f"eve {number}")
            await eve.receive_packets(1)
        assert all(step % 960 == 0 and 0 < step <= SILENCE for step in steps(dan, begin))


async def test_timestamps_increase_even_if_the_clock_of_the_edge_is_faster() -> None:
    async with open_edge() as (_, node):
        dan = await node.listener("dan")
        await dan.until(lambda: SILENCE in steps(dan))
        node.edge._clock = lambda: time.monotonic() + 0.5
        begin = len(dan.received) - 1
        for number in range(3):
            eve = await node.listener(f"eve {number}")
            await eve.receive_packets(2)
        assert all(step % 960 == 0 and 0 < step <= SILENCE for step in steps(dan, begin))


async def test_data_saver_mode_gets_its_own_trunk_while_somebody_uses_it() -> None:
    async with open_edge() as (stage, node):
        ana = await stage.speaker("ana")
        dan, eve = await node.listener("dan"), await node.listener("eve")
        async with talking(ana, 600):
            await until_heard(dan, 600)
            await node.engine.set_quality("r", "dan", "saver")
            await dan.until(lambda: bytes_in(dan) < 0.75 * bytes_in(eve))
            await until_heard(dan, 600)
        assert all(step > 0 and step % 960 == 0 for step in steps(dan))  # the stream continued
        assert len(trunks_of(stage.engine, SAVER)) == 1
        await node.engine.set_quality("r", "dan", "full")
        assert list(node.edge.wanted) == ["full"]


async def test_a_removed_listener_is_disconnected_when_the_edge_reads_the_plan() -> None:
    async with open_edge() as (stage, node):
        await stage.speaker("ana")
        dan, eve = await node.listener("dan"), await node.listener("eve")
        stage.plan = RoomPlan("r", live=True, stage=stage.plan.stage, removed=frozenset({"dan"}))
        await node.engine.reconcile("r")
        await dan.until(lambda: dan.is_closed)
        assert node.ended_peers == [("dan", "removed")]
        heard = len(dan.received)
        await eve.receive_packets(3)
        assert len(dan.received) == heard
        assert await refusal(node.engine.listen_at_edge("r", "again", caller("dan"))) == "removed"


async def test_the_end_of_a_space_closes_its_edges() -> None:
    async with open_edge() as (stage, node):
        await node.listener("dan")
        stage.plan = RoomPlan("r")
        await node.engine.reconcile("r")
        assert (node.ended_peers, node.engine.rooms) == ([("dan", "ended")], ())
        assert await refusal(node.engine.listen_at_edge("r", "p", caller("eve"))) == "not_live"


async def test_an_edge_without_a_stream_accepts_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge_module, "FIRST_PACKET_WITHIN", 0.2)
    async with open_edge() as (stage, node):
        await stage.engine.stop()
        assert await refusal(node.engine.listen_at_edge("r", "p", caller("dan"))) == "no_stream"
        assert (await node.engine.stats())["peers"] == 0


async def test_listeners_are_sent_away_when_the_stream_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(edge_module, "STREAM_TIMEOUT", 1.0)
    async with open_edge() as (stage, node):
        await node.listener("dan")
        await stage.engine.stop()
        await eventually(lambda: node.ended_peers == [("dan", "lost")])


async def test_an_edge_that_was_empty_while_its_stream_ended_accepts_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(edge_module, "FIRST_PACKET_WITHIN", 0.2)
    async with open_edge() as (stage, node):
        await node.listener("dan")
        await node.engine.leave("r", "dan")
        await stage.engine.stop()
        edge = node.edge
        arrived = edge._clock()
        await eventually(lambda: edge._clock() - arrived > 0.2)
        assert await refusal(node.engine.listen_at_edge("r", "p", caller("eve"))) == "no_stream"


async def test_listeners_stay_connected_when_another_node_becomes_the_origin() -> None:
    async with open_edge() as (stage, node):
        dan = await node.listener("dan")
        await dan.receive_packets(5)
        await stage.engine.stop()
        successor = Engine(plan_of=stage._plan_of, host="127.0.0.1", port=0)
        await successor.start()
        before = len(dan.received)
        stage.engine = node.origin = successor
        await node.request_trunks()
        async with talking(await stage.speaker("ana"), 600):
            await until_heard(dan, 600)
        assert node.ended_peers == []
        assert max(steps(dan, before - 1)) < 48_000 * 60  # the timestamps continue
        assert {packet.ssrc for packet in dan.received} == {dan.received[0].ssrc}


async def test_an_edge_that_becomes_the_origin_lets_its_listeners_connect_again() -> None:
    async with open_edge() as (_, node):
        await node.listener("dan")
        assert node.engine.edges == ("r",)
        offer = await node.engine.listen("r", "second", caller("dan"))
        assert offer.startswith("v=0")
        assert (node.ended_peers, node.engine.edges) == ([("dan", "lost")], ())
        assert node.engine.rooms == ("r",)


async def test_an_origin_that_is_asked_to_be_an_edge_serves_the_listener_itself() -> None:
    async with open_edge() as (stage, _):
        await stage.engine.reconcile("r")
        assert (await stage.engine.listen_at_edge("r", "p", caller("dan"))).startswith("v=0")
        assert stage.engine.edges == ()


async def test_a_trunk_ends_when_its_edge_no_longer_renews_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trunks, "EXPIRES", 0.1)
    async with open_edge() as (stage, node):
        await node.listener("dan")
        await eventually(lambda: stage.engine.edge_nodes("r") == [])
        assert [reason for _, reason in stage.ended_peers] == ["lost"]
        assert [each.room for each in stage.events if isinstance(each, PeerGone)] == ["r"]


async def test_a_renewed_trunk_keeps_its_key_and_a_changed_one_gets_another() -> None:
    async with open_edge() as (stage, node):
        await node.listener("dan")
        (name,) = trunks_of(stage.engine)
        address, port = node.engine.address
        request = TrunkRequest("edge", address, port, 7, "full", 0.0)
        first = await stage.engine.open_trunk("r", "t", **request.pack())
        assert await stage.engine.open_trunk("r", "t", **request.pack()) == first
        moved = TrunkRequest("edge", address, 1 + port % 60_000, 7, "full", 0.0)
        assert await stage.engine.open_trunk("r", "t", **moved.pack()) != first
        assert trunks_of(stage.engine) == [name, "t"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "example.org"},
        {"address": "::1"},
        {"port": "0"},
        {"port": "70000"},
        {"port": "x"},
        {"ssrc": "-1"},
        {"quality": "best"},
        {"loss": "much"},
    ],
)
async def test_a_malformed_request_for_a_trunk_is_refused(wrong: dict[str, str]) -> None:
    async with open_edge() as (stage, _):
        request = TrunkRequest("edge", "127.0.0.1", 20_000, 7, "full", 0.0).pack()
        call = stage.engine.open_trunk("r", "t", **{**request, **wrong})
        assert await refusal(call) == "bad_description"
        assert stage.engine.rooms == ()


async def test_the_number_of_trunks_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trunks, "MAX_TRUNKS", 2)
    async with open_edge() as (stage, _):
        request = TrunkRequest("edge", "127.0.0.1", 20_000, 7, "full", 0.0).pack()
        await stage.engine.open_trunk("r", "one", **request)
        await stage.engine.open_trunk("r", "two", **request)
        assert await refusal(stage.engine.open_trunk("r", "three", **request)) == "full"
        await stage.engine.open_trunk("r", "two", **request)  # a renewal


async def test_losses_of_the_listeners_increase_the_redundancy_of_the_encoder() -> None:
    async with open_edge() as (stage, node):
        await stage.speaker("ana")
        await node.listener("dan")
        await node.request_trunks(loss=0.25)
        origin = stage.engine._rooms.get_origin("r")
        assert origin is not None
        await eventually(lambda: origin._mixer._loss.expected > 0.1)


async def test_only_new_peers_of_people_who_are_not_on_the_stage_may_be_at_an_edge() -> None:
    async with open_edge() as (stage, node):
        await node.listener("dan")
        await stage.listener("eve", "old")
        may_listen = stage.engine.may_listen_elsewhere
        assert may_listen("r", "new", caller("eve"))
        assert not may_listen("r", "old", caller("eve"))
        assert not may_listen("r", "new", caller("ana"))
        assert not may_listen("a room that is not open here", "new", caller("eve"))
        assert not node.engine.may_listen_elsewhere("r", "new", caller("eve"))  # no origin
