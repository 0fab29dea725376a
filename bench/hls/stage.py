"""One Space of bench.hls: a person who sends a tone, and a player who fetches the stream."""

import asyncio
import io
import time
from pathlib import Path

import av
import numpy as np

from audio.hls import demand
from audio.hls.playlist import NAME, Playlist, Segment
from audio.mixing.opus import FRAME, RATE, Pcm
from audio.placement import live_nodes
from audio.remote import RemoteAudio
from bench.audio.talking import encode
from core.background import end_all
from tests.audio.callers import caller
from tests.audio.webrtc_client import Client

SPEAKER = "u1"
TONES = (600, 1000)  # Hz
LEVEL = 0.2  # amplitude
AUDIBLE = LEVEL / 10
WANT_EVERY = 2.0  # seconds; a player fetches the playlist as often
TONE_SECONDS = 1  # the length of a tone, which is repeated


class Stage:
    def __init__(self, space: str, root: Path) -> None:
        self.space = space
        self.hz = TONES[0]
        self.until_edge: list[float] = []  # seconds from sending a sound until it ends a playlist
        self._folder = root / space
        self._web, self._client = RemoteAudio(), Client()
        self._tasks: list[asyncio.Task[None]] = []
        self._changed = asyncio.Event()  # the first packet of another tone was sent
        self._fetched, self._seconds = 0, 0.0  # bytes and seconds of segments
        self._number = 0  # of the newest segment that was read

    @property
    def kilobits_per_second(self) -> float:
        return self._fetched * 8 / 1000 / self._seconds

    async def wait_for_a_node(self, patience: float) -> None:
        async with asyncio.timeout(patience):
            while not live_nodes():
                await asyncio.sleep(0.1)

    async def open(self) -> None:
        offer = self._client.offer()
        self._client.accept(await self._web.speak(self.space, SPEAKER, caller(SPEAKER), offer))
        await self._client.connect()
        self._tasks = [asyncio.create_task(each) for each in (self._talk(), self._want())]

    async def wait_until_ready(self, patience: float) -> None:
        async with asyncio.timeout(patience):
            while not demand.is_ready(self.space):
                await asyncio.sleep(0.1)

    async def time_to_hear(self, hz: int, *, poll_every: float) -> float:
        """Send another tone; return after how many seconds it can be fetched."""
        self._read_new()
        self._changed.clear()
        self.hz = hz
        await self._changed.wait()
        began = time.monotonic()
        while True:
            await asyncio.sleep(poll_every)
            for segment, sound in self._read_new():
                if (at := _beginning_of(hz, sound)) is not None:
                    late = time.monotonic() - began
                    after = (len(sound) - at) / RATE  # the sound after the change
                    self.until_edge.append(late - min(after, segment.seconds))
                    return late

    async def close(self) -> None:
        await end_all(self._tasks)
        self._client.close()
        await self._web.close()

    def _read_new(self) -> list[tuple[Segment, Pcm]]:
        """Return the segments that were not read before, with their sound."""
        text = (self._folder / NAME).read_text()
        new = [each for each in Playlist.parse(text).segments if each.number > self._number]
        found = []
        for segment in new:
            data = (self._folder / segment.name).read_bytes()
            found.append((segment, _decode((self._folder / segment.init).read_bytes() + data)))
            self._fetched += len(data) + len(text)
            self._seconds += segment.seconds
            self._number = segment.number
        return found

    async def _want(self) -> None:
        """Keep the stream going, like a player."""
        while True:
            demand.want(self.space)
            await asyncio.sleep(WANT_EVERY)

    async def _talk(self) -> None:
        packets = {hz: encode(_tone(hz)) for hz in TONES}
        due, number, before = time.monotonic(), 0, self.hz
        while True:
            current = packets[self.hz]
            self._client.speak(current[number % len(current)])
            self._client.received.clear()
            if self.hz != before:
                before = self.hz
                self._changed.set()
            number += 1
            due += FRAME / RATE
            await asyncio.sleep(max(0.0, due - time.monotonic()))


def _tone(hz: int) -> Pcm:
    moments = np.arange(TONE_SECONDS * RATE) / RATE
    return (LEVEL * np.sin(2 * np.pi * hz * moments)).astype(np.float32)


def _decode(data: bytes) -> Pcm:
    """Return the sound of one channel in an init segment and a segment after it."""
    with av.open(io.BytesIO(data), "r") as container:
        frames = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    return np.concatenate(frames).astype(np.float32)


def _beginning_of(hz: int, sound: Pcm) -> int | None:
    """Return at which sample a tone begins, or None if the sound does not contain it."""
    [other] = set(TONES) - {hz}
    for start in range(0, len(sound) - FRAME + 1, FRAME):
        window = sound[start : start + FRAME]
        if _amplitude(window, hz) > max(AUDIBLE, 2 * _amplitude(window, other)):
            return start
    return None


def _amplitude(sound: Pcm, hz: int) -> float:
    phase = 2 * np.pi * hz * np.arange(len(sound)) / RATE
    return float(abs(np.dot(sound, np.exp(-1j * phase))) * 2 / len(sound))
