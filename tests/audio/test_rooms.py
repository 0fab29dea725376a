"""A node's rooms: their maximum number, and plans that cannot be read."""

import pytest

from audio import rooms
from audio.interface import AudioError
from audio.plan import RoomPlan
from tests.audio.callers import caller
from tests.audio.stage import Stage, open_stage


async def refusal(call: object) -> str:
    with pytest.raises(AudioError) as caught:
        await call
    return caught.value.code


async def test_the_number_of_rooms_on_a_node_is_limited() -> None:
    async with open_stage(max_rooms=2) as stage:
        await stage.engine.reconcile("one")
        await stage.engine.reconcile("two")
        assert await refusal(stage.engine.reconcile("three")) == "full"
        assert await refusal(stage.engine.listen("three", "p", caller("eve"))) == "full"

        assert stage.engine.rooms == ("one", "two")


async def test_a_plan_that_cannot_be_read_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with open_stage() as stage:
        await stage.listener("eve")

        async def fail(_room: str, _callers: object) -> RoomPlan:
            raise ConnectionError("the database is unreachable")

        monkeypatch.setattr(stage.engine._rooms, "_plan_of", fail)
        assert await refusal(stage.engine.reconcile("r")) == "timeout"
        assert await refusal(stage.engine.listen("other", "p", caller("eve"))) == "timeout"
        await stage.engine.listen("r", "p2", caller("dan"))

        assert (await stage.engine.stats())["peers"] == 2


async def test_a_room_that_stays_empty_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "CLOSE_EMPTY_AFTER", 0.0)
    async with open_stage() as stage:
        eve = await stage.listener("eve")
        await stage.engine.reconcile("empty")
        await eve.receive_packets(2)

        assert stage.engine.rooms == ("r",)


async def test_a_room_that_is_evicted_is_closed() -> None:
    async with open_stage() as stage:
        eve = await stage.listener("eve")
        stage.engine.evict("r")
        stage.engine.evict("nowhere")
        await eve.until(lambda: eve.is_closed)

        assert stage.engine.rooms == ()


async def test_an_engine_that_is_not_started_serves_nobody() -> None:
    stage = Stage()

    assert await refusal(stage.engine.listen("r", "p", caller("eve"))) == "no_node"
    await stage.engine.stop()
