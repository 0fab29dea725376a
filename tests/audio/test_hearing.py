"""Which people hear each other: the engine over real UDP, with small Python peers."""

import asyncio

import pytest

from audio.events import PeerUp, Talkers
from tests.audio.call import AUDIBLE, INAUDIBLE, loudness, talk
from tests.audio.stage import open_stage

pytestmark = pytest.mark.integration


async def test_a_listener_receives_every_packet_in_order() -> None:
    async with open_stage() as stage:
        ana, eve = await stage.speaker("ana"), await stage.listener("eve")
        await talk(ana, 600, 150)
        everything = eve.received
        heard = everything[-100:]

    first = heard[0]
    assert [packet.sequence_number for packet in heard] == [
        first.sequence_number + i for i in range(100)
    ]
    assert [packet.timestamp for packet in heard] == [
        (first.timestamp + 960 * i) % (1 << 32) for i in range(100)
    ]
    assert {packet.ssrc for packet in heard} == {first.ssrc}
    assert everything[0].sequence_number <= 1 << 14
    assert stage.events[:2] == [PeerUp("r", "ana"), PeerUp("r", "eve")]


async def test_each_listener_has_an_ssrc_and_sequence_numbers_of_their_own() -> None:
    async with open_stage() as stage:
        packets = [(await (await stage.listener(f"p{i}")).receive_packets(1))[0] for i in range(4)]

    assert len({packet.ssrc for packet in packets}) == 4
    assert len({packet.sequence_number for packet in packets}) > 1


async def test_speakers_hear_each_other_and_not_themselves() -> None:
    async with open_stage() as stage:
        ana, ben = await stage.speaker("ana"), await stage.speaker("ben")
        eve = await stage.listener("eve")
        await asyncio.gather(talk(ana, 600, 100), talk(ben, 1000, 100))

        assert loudness(ana, 1000) > AUDIBLE > INAUDIBLE > loudness(ana, 600)
        assert loudness(ben, 600) > AUDIBLE > INAUDIBLE > loudness(ben, 1000)
        assert min(loudness(eve, 600), loudness(eve, 1000)) > AUDIBLE
        assert Talkers("r", ("ana", "ben")) in stage.events


async def test_a_room_does_not_hear_another_room() -> None:
    async with open_stage() as stage:
        ana, next_door = await stage.speaker("ana"), await stage.listener("eve", room="other")
        await talk(ana, 600, 60)
        await next_door.receive_packets(3)

        assert loudness(next_door, 600) < INAUDIBLE
        assert set(stage.engine.rooms) == {"r", "other"}


async def test_a_muted_person_is_silent_whatever_their_browser_sends() -> None:
    async with open_stage() as stage:
        ana, eve = await stage.speaker("ana"), await stage.listener("eve")
        await stage.change(stage={"ana": True})
        await talk(ana, 600, 60)

        assert loudness(eve, 600) < INAUDIBLE
        assert [event for event in stage.events if isinstance(event, Talkers)] == []


async def test_a_speaker_does_not_hear_themselves_on_an_older_connection() -> None:
    async with open_stage() as stage:
        await stage.change(stage={})
        listening = await stage.listener("ana", "old")
        await stage.change(stage={"ana": False})
        speaking = await stage.speaker("ana", "new")
        await talk(speaking, 600, 80)
        await listening.receive_packets(1)

        assert loudness(listening, 600) < INAUDIBLE


async def test_packet_numbers_continue_when_a_listener_joins_and_leaves_the_stage() -> None:
    async with open_stage() as stage:
        eve = await stage.listener("eve")
        await eve.receive_packets(2)
        for on_stage in ({"eve": True}, {}):
            await stage.change(stage=on_stage)
            await eve.receive_packets(2)

    first = eve.received[0].sequence_number
    assert [packet.sequence_number - first for packet in eve.received] == list(
        range(len(eve.received))
    )


async def test_the_list_of_talkers_is_empty_after_the_last_one_leaves() -> None:
    async with open_stage() as stage:
        ana = await stage.speaker("ana")
        await talk(ana, 600, 60)
        await stage.engine.leave("r", "ana")

    assert [event for event in stage.events if isinstance(event, Talkers)] == [
        Talkers("r", ("ana",)),
        Talkers("r", ()),
    ]


async def test_a_newer_connection_replaces_the_older_voice_when_it_sends_sound() -> None:
    async with open_stage() as stage:
        old, eve = await stage.speaker("ana", "old"), await stage.listener("eve")
        new = await stage.speaker("ana", "new")
        await talk(old, 600, 60)
        assert loudness(eve, 600) > AUDIBLE
        await asyncio.gather(talk(old, 600, 80), talk(new, 1000, 80))
        assert loudness(eve, 1000) > AUDIBLE
        assert loudness(eve, 600) < INAUDIBLE
