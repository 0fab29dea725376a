"""aiortc, an independent implementation of WebRTC, listens and speaks for a minute."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction
from typing import Any

import aioice.ice
import av
import numpy as np
import pytest
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from tests.audio.callers import caller
from tests.audio.sound import RATE, sine, strength
from tests.audio.stage import Stage, open_stage

pytestmark = pytest.mark.integration

TONE = 600  # Hz
FRAME = RATE // 50  # samples in 20 ms
SECONDS = 60
AUDIBLE, SILENT = -35.0, -70.0  # dBFS of the tone, which is sent at -20
CONNECTED_WITHIN = 15.0  # seconds; generous, as the machine is shared


class ToneTrack(MediaStreamTrack):
    """A microphone that sends a tone in real time."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._second = (sine(TONE, seconds=1.0) * 32767).astype(np.int16)
        self._sent = 0
        self._started = asyncio.get_running_loop().time()

    async def recv(self) -> av.AudioFrame:
        due = self._started + self._sent * FRAME / RATE
        await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
        at = self._sent * FRAME % RATE
        frame = av.AudioFrame.from_ndarray(
            self._second[at : at + FRAME].reshape(1, -1), format="s16", layout="mono"
        )
        frame.sample_rate, frame.pts = RATE, self._sent * FRAME
        frame.time_base = Fraction(1, RATE)
        self._sent += 1
        return frame


class Recorder:
    """Receives a track and keeps its last second."""

    def __init__(self, connection: RTCPeerConnection) -> None:
        self.minute_is_over = asyncio.Event()
        self._frames = 0
        self._pcm = np.zeros(RATE, np.float32)
        self._playing: asyncio.Task[None] | None = None
        connection.on("track", self._play)

    def strength(self) -> float:
        return strength(self._pcm, TONE)

    def _play(self, track: MediaStreamTrack) -> None:
        self._playing = asyncio.create_task(self._receive(track))

    async def _receive(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:  # the connection is closed
                return
            stereo = frame.to_ndarray().reshape(-1, len(frame.layout.channels))
            mono = stereo.mean(axis=1).astype(np.float32) / 32768
            self._pcm = np.concatenate([self._pcm, mono])[-RATE:]
            self._frames += 1
            if self._frames == SECONDS * RATE // FRAME:
                self.minute_is_over.set()


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make aioice offer the loopback address, which tests use; by default it offers all others."""
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda **_: ["127.0.0.1"])


@asynccontextmanager
async def connection() -> AsyncIterator[RTCPeerConnection]:
    made = RTCPeerConnection()
    try:
        yield made
    finally:
        await made.close()


async def listen(stage: Stage, peer: RTCPeerConnection, person: str) -> None:
    offer = await stage.engine.listen("r", person, caller(person))
    await peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
    await peer.setLocalDescription(await peer.createAnswer())
    await stage.engine.answer("r", person, peer.localDescription.sdp)
    await connected(peer)


async def speak(stage: Stage, peer: RTCPeerConnection, person: str) -> None:
    peer.addTrack(ToneTrack())
    await peer.setLocalDescription(await peer.createOffer())
    answer = await stage.engine.speak("r", person, caller(person), peer.localDescription.sdp)
    await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    await connected(peer)


async def connected(peer: RTCPeerConnection) -> None:
    changed = asyncio.Event()
    peer.on("connectionstatechange", changed.set)
    async with asyncio.timeout(CONNECTED_WITHIN):
        while peer.connectionState != "connected":
            changed.clear()
            await changed.wait()


async def measured(peer: RTCPeerConnection, kind: str) -> list[Any]:
    """Return aiortc's statistics of this type, named as in W3C's webrtc-stats."""
    return [each for each in (await peer.getStats()).values() if each.type == kind]


async def test_aiortc_speaks_and_listens_for_a_minute_without_a_lost_packet() -> None:
    async with open_stage() as stage, connection() as ana, connection() as eve:
        anas, eves = Recorder(ana), Recorder(eve)
        await speak(stage, ana, "ana")
        await listen(stage, eve, "eve")
        async with asyncio.timeout(2 * SECONDS):
            await eves.minute_is_over.wait()

        [heard] = await measured(eve, "inbound-rtp")
        assert (heard.packetsLost, heard.packetsReceived >= SECONDS * 50) == (0, True)
        # From the engine's receiver reports about the speaker's packets.
        [said] = await measured(ana, "remote-inbound-rtp")
        assert (said.packetsLost, said.fractionLost) == (0, 0)
        assert eves.strength() > AUDIBLE
        assert anas.strength() < SILENT  # people do not hear themselves
