"""How a connection ends, and what is left of it: the engine over real UDP."""

import gc
import weakref

import pytest

from audio.interface import AudioError
from audio.plan import RoomPlan
from tests.audio.callers import caller
from tests.audio.stage import open_stage

pytestmark = pytest.mark.integration


async def test_a_stopped_engine_says_goodbye() -> None:
    async with open_stage() as stage:
        eve = await stage.listener("eve")
        await stage.engine.stop()
        await eve.until(lambda: eve.is_closed)

        assert stage.goodbyes == [("eve", "lost")]


async def test_who_is_removed_hears_nothing_more_and_does_not_come_back() -> None:
    async with open_stage() as stage:
        eve = await stage.listener("eve")
        await stage.change(removed=frozenset({"eve"}))
        await eve.until(lambda: eve.is_closed)

        assert stage.goodbyes == [("eve", "removed")]
        with pytest.raises(AudioError, match="removed"):
            await stage.engine.listen("r", "again", caller("eve"))


async def test_who_is_demoted_loses_the_speaking_connection_only() -> None:
    async with open_stage() as stage:
        ana, ear = await stage.speaker("ana", "mouth"), await stage.listener("ana", "ear")
        await stage.change(stage={"ben": False})
        await ana.until(lambda: ana.is_closed)
        await ear.hear(5)

        assert stage.goodbyes == [("mouth", "demoted")]
        with pytest.raises(AudioError, match="not_on_stage"):
            await stage.engine.speak("r", "again", caller("ana"), stage.client().offer())


async def test_the_end_of_the_space_ends_every_connection() -> None:
    async with open_stage() as stage:
        ana, eve = await stage.speaker("ana"), await stage.listener("eve")
        stage.plan = RoomPlan("r")
        await stage.engine.reconcile("r")
        await ana.until(lambda: ana.is_closed)
        await eve.until(lambda: eve.is_closed)

        assert stage.goodbyes == [("ana", "ended"), ("eve", "ended")]
        assert stage.engine.rooms == ()
        with pytest.raises(AudioError, match="not_live"):
            await stage.engine.listen("r", "again", caller("eve"))


async def test_a_fourth_connection_of_one_person_drops_the_oldest() -> None:
    async with open_stage() as stage:
        first = await stage.listener("eve", "1")
        for peer in ("2", "3", "4"):
            await stage.listener("eve", peer)
        await first.until(lambda: first.is_closed)

        assert stage.goodbyes == [("1", "moved")]


async def test_who_says_goodbye_is_gone_at_once() -> None:
    async with open_stage() as stage:
        eve, dan = await stage.listener("eve"), await stage.listener("dan")
        eve.hang_up()
        await dan.until(lambda: stage.goodbyes != [])

        assert stage.goodbyes == [("eve", "left")]


async def test_leaving_twice_is_leaving_once() -> None:
    async with open_stage() as stage:
        await stage.listener("eve")
        await stage.engine.leave("r", "eve")
        await stage.engine.leave("r", "eve")
        await stage.engine.leave("nowhere", "eve")

        assert stage.goodbyes == [("eve", "left")]


async def test_who_is_gone_leaves_nothing_behind() -> None:
    """Without the collector: on a busy node it does not look at what is old."""
    async with open_stage() as stage:
        dan = await stage.listener("dan")
        gc.collect()
        gc.disable()
        try:
            gone = []
            for person in ("ana", "eve"):
                join = stage.speaker if person == "ana" else stage.listener
                client = await join(person)
                await client.hear(5)
                client.report(0.1)
                room = stage.engine._rooms.get("r")
                peer = room.peers[person]
                gone += [weakref.ref(peer), weakref.ref(peer._media), weakref.ref(peer._dtls)]
                del peer
                client.hang_up()
            await dan.hear(110)  # the room's round of reports has forgotten them too
            assert [reference() for reference in gone] == [None] * 6
        finally:
            gc.enable()
