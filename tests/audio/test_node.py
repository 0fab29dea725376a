"""An audio node and web processes on a real Redis, which can restart."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from channels.layers import get_channel_layer

from audio import node, remote, reply_router
from audio.commands import NODES, Command, Reconcile, group_of
from audio.events import AudioEvent, PeerGone, Talkers
from audio.interface import AudioError
from audio.load import LoadMeter
from audio.placement import Heartbeat, Placement, least_loaded, live_nodes
from audio.plan import RoomPlan
from audio.remote import RemoteAudio
from config.redis_server import RedisServer
from spaces.room.publish import group_of as room_group
from tests.audio.callers import caller
from tests.audio.nodes import (
    PATIENCE,
    Plans,
    eventually,
    node_killed_at_exit,
    node_named,
)

SOON = (0.1, 0.2)  # seconds to wait for a reply to the first and to the second, last attempt
pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("fast_nodes")]


@pytest.fixture
def plans() -> Plans:
    return Plans()


@pytest.fixture
async def web(redis_server: RedisServer) -> AsyncIterator[RemoteAudio]:
    web = RemoteAudio()
    yield web
    await web.close()


async def test_a_command_that_is_sent_twice_is_executed_once(
    web: RemoteAudio, plans: Plans
) -> None:
    async with node_named("one", plans):
        layer = get_channel_layer()
        channel = await layer.new_channel()
        command = Command(
            id="c1",
            reply_to=channel,
            verb="listen",
            arguments={
                "room": "aSpace",
                "peer": "p1",
                "person": "u9",
                "session": "s",
                "address": "",
            },
        ).pack()
        await layer.group_send(group_of("one"), command)
        first = await layer.receive(channel)
        await layer.group_send(group_of("one"), command)
        assert await layer.receive(channel) == first
        assert first["code"] == ""
        assert plans.reads == 1


async def test_a_command_waits_for_a_node_that_is_not_listening_yet(
    web: RemoteAudio, plans: Plans
) -> None:
    placement = Placement()
    async with node_killed_at_exit("one", plans):
        pass
    call = asyncio.create_task(
        web.listen("aSpace", "p1", caller("u9"))
    )  # the node's last beat is still valid
    await asyncio.sleep(0)
    async with node_named("one", plans):
        assert (await call).startswith("v=0")
    await placement.close()


async def test_a_call_fails_if_there_is_no_node(
    web: RemoteAudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "TIMEOUTS", SOON)
    with pytest.raises(AudioError) as refused:
        await web.listen("aSpace", "p1", caller("u9"))
    assert refused.value.code == "no_node"


async def test_an_unknown_verb_is_refused(web: RemoteAudio, plans: Plans) -> None:
    async with node_named("one", plans):
        with pytest.raises(AudioError) as refused:
            await web._call("stop", room="aSpace")
        assert refused.value.code == "bad_description"


async def test_a_peer_without_a_session_is_refused(web: RemoteAudio, plans: Plans) -> None:
    async with node_named("one", plans) as (_, engine):
        with pytest.raises(AudioError) as refused:
            await web._call("listen", room="aSpace", peer="p1", person="u9", address="")
        assert (refused.value.code, engine.peers_of("aSpace")) == ("bad_description", {})


async def test_a_reconcile_request_is_carried_out_without_a_sweep(
    web: RemoteAudio, plans: Plans, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node, "SWEEP_EVERY", 1_000.0)
    gone: list[AudioEvent] = []
    web.subscribe(gone.append)
    async with node_named("one", plans):
        await web.listen("aSpace", "p1", caller("u9"))
        del plans.live["aSpace"]
        await get_channel_layer().group_send(NODES, Reconcile(room="aSpace").pack())
        await eventually(lambda: gone == [PeerGone("aSpace", "p1", "ended")])


async def test_the_sweep_makes_up_for_a_lost_reconcile_request(
    web: RemoteAudio, plans: Plans
) -> None:
    gone: list[AudioEvent] = []
    web.subscribe(gone.append)
    async with node_named("one", plans):
        await web.listen("aSpace", "p1", caller("u9"))
        del plans.live["aSpace"]
        await eventually(lambda: gone == [PeerGone("aSpace", "p1", "ended")])


async def test_the_room_receives_the_list_of_talkers(web: RemoteAudio, plans: Plans) -> None:
    async with node_named("one", plans) as (_, engine):
        await web.listen("aSpace", "p1", caller("u9"))
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(room_group("aSpace"), channel)
        engine.talk("aSpace", "u1")
        message = await layer.receive(channel)
        assert message["text"] == '{"t":"talking","people":["u1"]}'


async def test_nodes_and_web_processes_survive_a_restart_of_redis(
    web: RemoteAudio, plans: Plans, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[AudioEvent] = []
    web.subscribe(gone.append)
    async with node_named("one", plans) as (_, engine):
        await web.listen("aSpace", "p1", caller("u9"))
        redis_server.stop()
        engine._emit(Talkers("aSpace", ("u1",)))
        with monkeypatch.context() as now, pytest.raises(AudioError) as refused:
            now.setattr(remote, "TIMEOUTS", SOON)
            await web.listen("aSpace", "p2", caller("u8"))
        assert refused.value.code == "timeout"
        redis_server.start()
        async with asyncio.timeout(PATIENCE):
            while not await _answered(web):
                pass
        assert gone == []  # no peer lost its connection
        assert engine.peers_of("aSpace") == {"p1": "u9", "p3": "u8"}
        assert [beat.node for beat in live_nodes()] == ["one"]
        del plans.live["aSpace"]
        await eventually(lambda: PeerGone("aSpace", "p1", "ended") in gone)


async def _answered(web: RemoteAudio) -> bool:
    try:
        await web.listen("aSpace", "p3", caller("u8"))
    except AudioError:
        await asyncio.sleep(0.1)
        return False
    return True


async def test_a_node_that_stops_reports_its_peers_as_lost(
    web: RemoteAudio, plans: Plans, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reply_router, "WATCH_EVERY", 1_000.0)  # so the web process does not notice
    gone: list[AudioEvent] = []
    web.subscribe(gone.append)
    async with node_named("one", plans):
        await web.listen("aSpace", "p1", caller("u9"))
    await eventually(lambda: gone == [PeerGone("aSpace", "p1", "lost")])
    assert live_nodes() == []


async def test_spaces_of_a_killed_node_move_to_another_node(web: RemoteAudio, plans: Plans) -> None:
    gone: list[AudioEvent] = []
    web.subscribe(gone.append)
    async with AsyncExitStack() as stack:
        async with node_killed_at_exit("one", plans):
            await web.listen("aSpace", "p1", caller("u9"))
            _, engine = await stack.enter_async_context(node_named("two", plans))
        await eventually(lambda: gone == [PeerGone("aSpace", "p1", "lost")])
        await web.listen("aSpace", "p2", caller("u9"))
        assert engine.peers_of("aSpace") == {"p2": "u9"}


async def test_peers_of_a_node_that_restarted_under_the_same_name_are_reported_lost(
    web: RemoteAudio, plans: Plans
) -> None:
    gone: list[AudioEvent] = []
    web.subscribe(gone.append)
    async with node_killed_at_exit("one", plans):
        await web.listen("aSpace", "p1", caller("u9"))
    async with node_named("one", plans):
        await eventually(lambda: gone == [PeerGone("aSpace", "p1", "lost")])


async def test_a_node_drops_a_space_that_is_placed_on_another_node(
    web: RemoteAudio, plans: Plans, redis_server: RedisServer
) -> None:
    gone: list[AudioEvent] = []
    web.subscribe(gone.append)
    placement = Placement()
    async with node_named("one", plans):
        await web.listen("aSpace", "p1", caller("u9"))
        await placement.release("one", "aSpace")
        await placement.claim("two", ["aSpace"])
        await eventually(lambda: gone == [PeerGone("aSpace", "p1", "moved")])
        assert await placement.claim("one", ["aSpace"]) == ["aSpace"]
    await placement.close()


async def test_spaces_that_start_between_two_heartbeats_are_spread_over_the_nodes(
    web: RemoteAudio, plans: Plans, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node, "HEARTBEAT_EVERY", 1_000.0)
    names = [f"space {number}" for number in range(6)]
    plans.live |= {name: RoomPlan(name, live=True) for name in names}
    async with node_named("one", plans) as (_, one), node_named("two", plans) as (_, two):
        for name in names:
            await web.listen(name, f"peer of {name}", caller("u9"))
        assert (len(one.rooms), len(two.rooms)) == (3, 3)


def beat_of(node: str, *, load: float, peers: float = 0.0) -> Heartbeat:
    return Heartbeat(node, "i", 1, "rr", stats={"peers": peers}, load=load)


def test_a_space_goes_to_the_node_that_measures_the_least_load() -> None:
    busy, many = beat_of("a", load=0.6, peers=2), beat_of("b", load=0.2, peers=300)
    assert least_loaded([busy, many], {}) == "b"
    assert least_loaded([busy, many], {"b": 20}) == "a"  # 20 Spaces since its heartbeat


def test_small_differences_of_load_are_ignored() -> None:
    assert least_loaded([beat_of("a", load=0.02, peers=9), beat_of("b", load=0.01)], {}) == "b"
    assert least_loaded([beat_of("a", load=0.02), beat_of("b", load=0.01, peers=9)], {}) == "a"


def test_the_load_is_the_average_share_of_a_core_over_some_seconds() -> None:
    times = iter([(0.0, 10.0), (0.5, 11.0), (1.5, 12.0), (2.5, 13.0)])
    now = [next(times)]
    meter = LoadMeter(processor_time=lambda: now[0][0], clock=lambda: now[0][1])
    loads = []
    for now[0] in times:
        loads.append(round(meter.read(), 2))
    assert loads == [0.5, 0.7, 0.82]
