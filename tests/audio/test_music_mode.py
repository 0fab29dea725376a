"""Music mode in RTP streams, which are switched without a gap."""

import numpy as np

from audio.mixing.opus import FRAME, RATE, Decoder
from audio.transport.rtp import RtpPacket
from tests.audio.call import in_real_time
from tests.audio.callers import caller
from tests.audio.sound import encode, open_music_encoder, sine, stereo
from tests.audio.stage import open_stage
from tests.audio.test_quality import is_without_gap
from tests.audio.webrtc_client import Client

GUITAR = encode(
    stereo(sine(600, seconds=3, level=-14), sine(1000, seconds=3, level=-14)),
    encoder=open_music_encoder(),
)


async def play(client: Client, count: int) -> None:
    async for packet in in_real_time(GUITAR[:count]):
        client.speak(packet)


def is_stereo(packet: RtpPacket) -> bool:
    return bool(packet.payload[0] & 0x04)  # RFC 6716, section 3.1


def sides(packets: list[RtpPacket], hz: int) -> tuple[float, float]:
    """The level of a tone on the left and on the right, in dB, in the last half second."""
    decoder = Decoder(channels=2)
    silence = np.zeros((RATE // 2, 2))  # a person who hears nothing receives few packets
    sound = np.concatenate(
        [silence, *(decoder.decode(packet.payload, FRAME) for packet in packets)]
    )
    last = sound[-RATE // 2 :] * np.hanning(RATE // 2)[:, None]
    spectrum = 20 * np.log10(np.abs(np.fft.rfft(last, axis=0)) / len(last) + 1e-9)
    left, right = spectrum[hz // 2 - 3 : hz // 2 + 4].max(axis=0)
    return float(left), float(right)


async def test_listeners_and_speakers_hear_left_and_right() -> None:
    async with open_stage() as stage:
        await stage.change(music=True)
        ana, ben = await stage.speaker("ana"), await stage.speaker("ben")
        eve = await stage.listener("eve")
        await play(ana, 80)

        for person in (ben, eve):
            await person.receive_packets(1)
            left, right = sides(person.received, 600)
            assert left > right + 30
            left, right = sides(person.received, 1000)
            assert right > left + 30
        assert max(sides(ana.received, 600)) < -70


async def test_music_mode_is_switched_within_a_stream() -> None:
    async with open_stage() as stage:
        ana, eve = await stage.speaker("ana"), await stage.listener("eve")
        await play(ana, 20)
        for music in (True, False):
            await stage.change(music=music)
            await play(ana, 20)
            await eve.receive_packets(1)
            assert {is_stereo(packet) for packet in eve.received[-10:]} == {music}
        assert is_without_gap(eve.received)
        assert is_without_gap(ana.received)


async def test_answers_to_speakers_ask_for_stereo_only_in_music_mode() -> None:
    async with open_stage() as stage:
        answers = []
        for music in (False, True):
            await stage.change(music=music)
            name = f"ana{music}"
            offer = stage.client().offer()
            answers.append(await stage.engine.speak("r", name, caller("ana"), offer))
        talk, music_mode = ("stereo=1" in fmtp_of(answer) for answer in answers)
        assert (talk, music_mode) == (False, True)


async def test_an_offer_says_that_we_may_send_stereo() -> None:
    async with open_stage() as stage:
        offer = await stage.engine.listen("r", "eve", caller("eve"))
        assert "sprop-stereo=1" in fmtp_of(offer)


def fmtp_of(sdp: str) -> list[str]:
    line = next(each for each in sdp.splitlines() if each.startswith("a=fmtp:"))
    return line.partition(" ")[2].split(";")
