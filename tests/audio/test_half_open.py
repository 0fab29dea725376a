"""Who never connects keeps nobody out: offers that nobody answers, on a real engine."""

from collections.abc import Callable

import pytest

from audio import half_open
from audio.interface import AudioError
from tests.audio.callers import caller
from tests.audio.stage import Stage, open_stage

pytestmark = pytest.mark.integration


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`limits(MOST=3)`: so many, where a test would be long with a thousand."""

    def change(**limits: float) -> None:
        for name, value in limits.items():
            monkeypatch.setattr(half_open, name, value)

    return change


async def offers(
    stage: Stage, *people: str, room: str = "r", address: str = "", again: str = ""
) -> None:
    """Offers that nobody will answer, one to each of these."""
    for person in people:
        known = caller(person, address=address)
        await stage.engine.listen(room, f"{room} {person}{again}", known)


async def refused(call: object) -> str:
    with pytest.raises(AudioError) as caught:
        await call
    return caught.value.code


def connecting(stage: Stage) -> set[str]:
    return {peer.name for peer in stage.engine._open_endpoint().connecting}


async def test_one_person_has_one_offer_open_in_a_room() -> None:
    async with open_stage() as stage:
        for again in "123":
            await offers(stage, "gmallory", again=again)
        await offers(stage, "gmallory", room="s")
        assert connecting(stage) == {"r gmallory3", "s gmallory"}
        assert stage.goodbyes == [("r gmallory1", "moved"), ("r gmallory2", "moved")]


async def test_a_connection_that_carries_sound_is_replaced_by_no_offer() -> None:
    async with open_stage() as stage:
        eve = await stage.listener("eve")
        await offers(stage, "eve")
        await eve.hear(5)
        assert stage.goodbyes == []


async def test_guests_of_one_address_keep_nobody_else_out(limits) -> None:
    limits(MOST_OF_ADDRESS=3)
    async with open_stage() as stage:
        await offers(stage, "g1", "g2", "g3", address="mallory's")
        assert await refused(offers(stage, "g4", address="mallory's")) == "full"
        assert await refused(offers(stage, "g4", room="s", address="mallory's")) == "full"
        await offers(stage, "g5", address="another")
        await offers(stage, "g6", "g7", "g8", "g9")  # of whom no address is known
        assert stage.goodbyes == []


async def test_one_space_does_not_fill_the_node(limits) -> None:
    limits(MOST_OF_SPACE=3)
    async with open_stage() as stage:
        await offers(stage, "g1", "g2", "g3")
        assert await refused(offers(stage, "g4")) == "full"
        await offers(stage, "g4", room="s")


@pytest.mark.parametrize("limit", ["MOST", "MOST_OF_SPACE", "MOST_OF_ADDRESS"])
async def test_a_guest_makes_way_for_a_member_the_oldest_first(limits, limit) -> None:
    limits(**{limit: 3})
    async with open_stage() as stage:
        await offers(stage, "u1", "g1", "g2", address="a school's")
        await offers(stage, "u2", "u3", address="a school's")
        assert stage.goodbyes == [("r g1", "full"), ("r g2", "full")]
        assert await refused(offers(stage, "u4", address="a school's")) == "full"
        assert connecting(stage) == {"r u1", "r u2", "r u3"}


async def test_whoever_had_the_time_to_connect_makes_way_for_everyone(limits) -> None:
    limits(MOST=3, STALE=-1.0)
    async with open_stage() as stage:
        await offers(stage, "u1", "g1", "u2")
        await offers(stage, "g2", "g3", "u3")
        assert [peer for peer, _ in stage.goodbyes] == ["r g1", "r g2", "r g3"]
        await offers(stage, "u4")
        assert stage.goodbyes[-1] == ("r u1", "full")


async def test_on_a_full_node_guests_make_way_for_members_alone() -> None:
    async with open_stage(max_peers=3) as stage:
        eve = await stage.listener("g1")
        gus = await stage.listener("g2")
        await offers(stage, "g3")
        assert await refused(offers(stage, "g4")) == "full"
        await offers(stage, "u1")
        assert stage.goodbyes == [("r g3", "full")]  # who is connecting goes first
        await offers(stage, "u2")
        await gus.until(lambda: gus.is_closed)
        await eve.hear(5)
        await offers(stage, "u3")
        await eve.until(lambda: eve.is_closed)
        assert stage.goodbyes == [("r g3", "full"), ("g2", "full"), ("g1", "full")]
        assert await refused(offers(stage, "u4")) == "full"


async def test_three_offers_to_each_of_345_guests_of_one_address_keep_nobody_out() -> None:
    async with open_stage() as stage:
        turned_away = 0
        for number in range(345):
            for again in "123":
                try:
                    await offers(stage, f"g{number}", address="mallory's", again=again)
                except AudioError:
                    turned_away += 1
        assert (len(connecting(stage)), turned_away) == (100, 3 * 245)
        for person in ("eve", "g1000"):
            client = await stage.listener(person)
            await client.hear(5)
