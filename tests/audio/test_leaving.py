"""How connections end and release their memory: the engine over real UDP."""

import asyncio
import gc
import weakref

import pytest

from audio.interface import AudioError
from audio.plan import RoomPlan
from tests.audio.callers import caller
from tests.audio.stage import open_stage
from tests.audio.webrtc_client import PATIENCE

pytestmark = pytest.mark.integration


async def test_an_engine_that_stops_closes_its_connections() -> None:
    async with open_stage() as stage:
        eve = await stage.listener("eve")
        await stage.engine.stop()
        await eve.until(lambda: eve.is_closed)

        assert stage.ended_peers == [("eve", "lost")]


async def test_a_removed_person_is_disconnected_and_cannot_come_back() -> None:
    async with open_stage() as stage:
        eve = await stage.listener("eve")
        await stage.change(removed=frozenset({"eve"}))
        await eve.until(lambda: eve.is_closed)

        assert stage.ended_peers == [("eve", "removed")]
        with pytest.raises(AudioError, match="removed"):
            await stage.engine.listen("r", "again", caller("eve"))


async def test_a_demoted_person_loses_only_the_speaking_connection() -> None:
    async with open_stage() as stage:
        ana, ear = await stage.speaker("ana", "mouth"), await stage.listener("ana", "ear")
        await stage.change(stage={"ben": False})
        await ana.until(lambda: ana.is_closed)
        await ear.receive_packets(2)

        assert stage.ended_peers == [("mouth", "demoted")]
        with pytest.raises(AudioError, match="not_on_stage"):
            await stage.engine.speak("r", "again", caller("ana"), stage.client().offer())


async def test_the_end_of_the_space_ends_every_connection() -> None:
    async with open_stage() as stage:
        ana, eve = await stage.speaker("ana"), await stage.listener("eve")
        stage.plan = RoomPlan("r")
        await stage.engine.reconcile("r")
        await ana.until(lambda: ana.is_closed)
        await eve.until(lambda: eve.is_closed)

        assert stage.ended_peers == [("ana", "ended"), ("eve", "ended")]
        assert stage.engine.rooms == ()
        with pytest.raises(AudioError, match="not_live"):
            await stage.engine.listen("r", "again", caller("eve"))


async def test_a_fourth_connection_of_one_person_drops_the_oldest() -> None:
    async with open_stage() as stage:
        first = await stage.listener("eve", "1")
        for peer in ("2", "3", "4"):
            await stage.listener("eve", peer)
        await first.until(lambda: first.is_closed)

        assert stage.ended_peers == [("1", "moved")]


async def test_a_peer_that_closes_its_connection_is_gone_at_once() -> None:
    async with open_stage() as stage:
        eve, dan = await stage.listener("eve"), await stage.listener("dan")
        eve.hang_up()
        await dan.until(lambda: stage.ended_peers != [])

        assert stage.ended_peers == [("eve", "left")]


async def test_leaving_twice_emits_one_event() -> None:
    async with open_stage() as stage:
        await stage.listener("eve")
        await stage.engine.leave("r", "eve")
        await stage.engine.leave("r", "eve")
        await stage.engine.leave("nowhere", "eve")

        assert stage.ended_peers == [("eve", "left")]


async def test_memory_of_ended_peers_is_freed() -> None:
    """The garbage collector must not be needed: on a busy node, it does not visit old objects."""
    async with open_stage() as stage:
        dan = await stage.listener("dan")
        gc.collect()
        gc.disable()
        try:
            gone = []
            for person in ("ana", "eve"):
                join = stage.speaker if person == "ana" else stage.listener
                client = await join(person)
                await client.receive_packets(2)
                client.report(0.1)
                room = stage.engine._rooms.get("r")
                peer = room.peers[person]
                gone += [weakref.ref(peer), weakref.ref(peer._media), weakref.ref(peer._dtls)]
                del peer
                client.hang_up()
            # The room drops its last references to a peer when it sends its next reports.
            async with asyncio.timeout(PATIENCE):
                while any(reference() for reference in gone):
                    await dan.receive_packets(1)
        finally:
            gc.enable()
