"""Send tones in a call to the engine, and measure how loud they arrive."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable

import numpy as np

from audio.mixing.opus import FRAME, RATE, Decoder
from tests.audio.sound import encode, sine
from tests.audio.webrtc_client import Client

# dB. On a busy machine the jitter buffer conceals some packets, which smears a tone a little.
AUDIBLE, INAUDIBLE = -45.0, -70.0


def packets_of(hz: int, count: int) -> list[bytes]:
    return encode(sine(hz, seconds=count * FRAME / RATE, level=-13.5))


async def in_real_time(packets: Iterable[bytes]) -> AsyncIterator[bytes]:
    """Yield a packet every 20 ms, as a microphone does."""
    due = time.monotonic()
    for packet in packets:
        yield packet
        due += FRAME / RATE
        await asyncio.sleep(max(0.0, due - time.monotonic()))


async def talk(client: Client, hz: int, count: int) -> None:
    """Send a tone in real time."""
    async for packet in in_real_time(packets_of(hz, count)):
        client.speak(packet)


def loudness(client: Client, hz: int, last: int = 25) -> float:
    """The level of a tone in the last packets received, in dB."""
    decoder = Decoder()
    packets = client.received[-2 * last :]
    pcm = np.concatenate([decoder.decode(each.payload, FRAME) for each in packets])[-last * FRAME :]
    spectrum = np.abs(np.fft.rfft(pcm * np.hanning(len(pcm)))) / len(pcm)
    bin_ = round(hz * len(pcm) / RATE)
    return float(20 * np.log10(spectrum[bin_ - 2 : bin_ + 3].max() + 1e-9))
