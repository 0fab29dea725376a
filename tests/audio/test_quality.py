"""Data saver: one listener's stream gets smaller without a gap, and other streams do not change."""

import numpy as np

from audio.mixing.opus import RATE
from audio.transport.rtp import RtpPacket
from tests.audio.call import AUDIBLE, INAUDIBLE, in_real_time, loudness, talk
from tests.audio.sound import encode, noise
from tests.audio.stage import Stage, open_stage
from tests.audio.webrtc_client import Client

CONTENT = encode(noise(seconds=4, level=-20))


async def make_noise(speaker: Client, count: int) -> None:
    """Send sound that needs all of the bitrate."""
    async for packet in in_real_time(CONTENT[:count]):
        speaker.speak(packet)


def size(packets: list[RtpPacket]) -> float:
    return float(np.mean([len(packet.payload) for packet in packets]))


def is_without_gap(packets: list[RtpPacket]) -> bool:
    """Whether no packet is missing. In silence, the timestamps advance by more than one frame."""
    numbers = np.array([packet.sequence_number for packet in packets])
    times = np.array([packet.timestamp for packet in packets])
    steps = np.diff(times) % 2**32
    return set((np.diff(numbers) % 2**16).tolist()) == {1} and not (steps % (RATE // 50)).any()


async def use_data_saver(stage: Stage, peer: str, quality: str = "saver") -> None:
    await stage.engine.set_quality("r", peer, quality)


async def test_a_listener_with_data_saver_gets_smaller_packets_without_a_gap() -> None:
    async with open_stage() as stage:
        ana = await stage.speaker("ana")
        eve, fay = await stage.listener("eve"), await stage.listener("fay")
        await use_data_saver(stage, "eve")
        await make_noise(ana, 60)
        small, large = eve.received[-25:], fay.received[-25:]
        await use_data_saver(stage, "eve", "full")
        await make_noise(ana, 25)

        assert size(small) < 0.7 * size(large)
        heard = [{each.timestamp: each.payload for each in of.received[-9:]} for of in (eve, fay)]
        both = heard[0].keys() & heard[1].keys()
        assert both
        assert {heard[0][at] == heard[1][at] for at in both} == {True}
        assert is_without_gap(eve.received)
        assert is_without_gap(fay.received)


async def test_a_listener_with_data_saver_hears_the_same_people() -> None:
    async with open_stage() as stage:
        ana, eve = await stage.speaker("ana"), await stage.listener("eve")
        await use_data_saver(stage, "eve")
        await talk(ana, 600, 60)
        assert loudness(eve, 600) > AUDIBLE


async def test_a_speaker_with_data_saver_does_not_hear_themselves() -> None:
    async with open_stage() as stage:
        ana, ben = await stage.speaker("ana"), await stage.speaker("ben")
        await use_data_saver(stage, "ana")
        await talk(ana, 600, 60)
        assert loudness(ana, 600) < INAUDIBLE
        await make_noise(ben, 60)
        assert size(ana.received[-25:]) < 80  # bytes; at 24 kbit/s a packet of 20 ms has 60
        assert is_without_gap(ana.received)


async def test_the_data_saver_encoding_stops_when_its_last_listener_leaves() -> None:
    async with open_stage() as stage:
        await stage.listener("eve")
        await use_data_saver(stage, "eve")
        room = stage.engine._rooms.get("r")
        assert room is not None
        assert room._mixer.saver is True
        await stage.engine.leave("r", "eve")
        assert room._mixer.saver is False
