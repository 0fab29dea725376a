"""Unanswered offers do not keep other people out: limits on half-open peers of an engine."""

from collections.abc import Callable

import pytest

from audio import half_open
from audio.interface import AudioError
from tests.audio.callers import caller
from tests.audio.stage import Stage, open_stage

pytestmark = pytest.mark.integration


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`limits(MAX_PER_NODE=3)` lowers a limit that would take a test too long to reach."""

    def change(**limits: float) -> None:
        for name, value in limits.items():
            monkeypatch.setattr(half_open, name, value)

    return change


async def offers(
    stage: Stage, *people: str, room: str = "r", address: str = "", again: str = ""
) -> None:
    """Make one offer to each of these people; none of them answers it."""
    for person in people:
        known = caller(person, address=address)
        await stage.engine.listen(room, f"{room} {person}{again}", known)


async def refused(call: object) -> str:
    with pytest.raises(AudioError) as caught:
        await call
    return caught.value.code


def connecting(stage: Stage) -> set[str]:
    return {peer.name for peer in stage.engine._open_endpoint().connecting}


async def test_a_person_has_one_open_offer_per_room() -> None:
    async with open_stage() as stage:
        for again in "123":
            await offers(stage, "gmallory", again=again)
        await offers(stage, "gmallory", room="s")
        assert connecting(stage) == {"r gmallory3", "s gmallory"}
        assert stage.ended_peers == [("r gmallory1", "moved"), ("r gmallory2", "moved")]


async def test_an_offer_does_not_replace_a_working_connection() -> None:
    async with open_stage() as stage:
        eve = await stage.listener("eve")
        await offers(stage, "eve")
        await eve.receive_packets(2)
        assert stage.ended_peers == []


async def test_guests_from_one_ip_address_leave_capacity_for_others(limits) -> None:
    limits(MAX_PER_ADDRESS=3)
    async with open_stage() as stage:
        await offers(stage, "g1", "g2", "g3", address="mallory's")
        assert await refused(offers(stage, "g4", address="mallory's")) == "full"
        assert await refused(offers(stage, "g4", room="s", address="mallory's")) == "full"
        await offers(stage, "g5", address="another")
        await offers(stage, "g6", "g7", "g8", "g9")  # their address is unknown
        assert stage.ended_peers == []


async def test_offers_in_one_space_do_not_fill_the_node(limits) -> None:
    limits(MAX_PER_SPACE=3)
    async with open_stage() as stage:
        await offers(stage, "g1", "g2", "g3")
        assert await refused(offers(stage, "g4")) == "full"
        await offers(stage, "g4", room="s")


@pytest.mark.parametrize("limit", ["MAX_PER_NODE", "MAX_PER_SPACE", "MAX_PER_ADDRESS"])
async def test_the_oldest_offer_to_a_guest_is_dropped_for_a_member(limits, limit) -> None:
    limits(**{limit: 3})
    async with open_stage() as stage:
        await offers(stage, "u1", "g1", "g2", address="a school's")
        await offers(stage, "u2", "u3", address="a school's")
        assert stage.ended_peers == [("r g1", "full"), ("r g2", "full")]
        assert await refused(offers(stage, "u4", address="a school's")) == "full"
        assert connecting(stage) == {"r u1", "r u2", "r u3"}


async def test_a_stale_offer_is_dropped_for_anyone(limits) -> None:
    limits(MAX_PER_NODE=3, STALE=-1.0)
    async with open_stage() as stage:
        await offers(stage, "u1", "g1", "u2")
        await offers(stage, "g2", "g3", "u3")
        assert [peer for peer, _ in stage.ended_peers] == ["r g1", "r g2", "r g3"]
        await offers(stage, "u4")
        assert stage.ended_peers[-1] == ("r u1", "full")


async def test_a_full_node_drops_guests_for_members_but_not_for_guests() -> None:
    async with open_stage(max_peers=3) as stage:
        eve = await stage.listener("g1")
        gus = await stage.listener("g2")
        await offers(stage, "g3")
        assert await refused(offers(stage, "g4")) == "full"
        await offers(stage, "u1")
        assert stage.ended_peers == [
            ("r g3", "full")
        ]  # a peer that is still connecting is dropped first
        await offers(stage, "u2")
        await gus.until(lambda: gus.is_closed)
        await eve.receive_packets(2)
        await offers(stage, "u3")
        await eve.until(lambda: eve.is_closed)
        assert stage.ended_peers == [("r g3", "full"), ("g2", "full"), ("g1", "full")]
        assert await refused(offers(stage, "u4")) == "full"


async def test_a_thousand_offers_to_guests_from_one_ip_address_keep_nobody_else_out() -> None:
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
            await client.receive_packets(2)
