"""A sender of arbitrary RTP packets, and a room that plays them, in simulated time.

The packets go through SRTP, RTP, the jitter buffer and the mixer as in a node, without a network.
"""

import os
import secrets
import struct
from collections.abc import Callable

import numpy as np

from audio.mixing.levels import level_of
from audio.mixing.mixer import Mixer
from audio.mixing.opus import FRAME, Pcm
from audio.mixing.voice import Voice
from audio.transport import sdp, srtp
from audio.transport.media import Media
from audio.transport.rtp import OutboundStream, RtpPacket
from tests.audio.sound import TICK, decode, packet
from tests.audio.transport.test_sdp import OFFER

PAYLOAD_TYPE = 111
PHASE = 0.007  # seconds from a packet's arrival to the room's next tick
HEARD = -30.0  # dBFS in a window of 20 ms; the tone is sent at -20
PROFILE = srtp.PROFILES[0]


class Sender:
    """Sends an endless tone, 20 ms per packet. A test can change any of its numbers at any time."""

    def __init__(self) -> None:
        self.key = os.urandom(PROFILE.key + PROFILE.salt)
        self.ssrc, self.sequence_number, self.timestamp = 1, 1000, 5000
        self.number = 0  # which 20 ms of the tone come next
        self._srtp = srtp.outbound(self.key, PROFILE)

    def restart(self) -> None:
        """Start with new numbers, like a browser whose audio process was restarted."""
        self.ssrc, self.timestamp = secrets.randbits(32), secrets.randbits(32)
        self.sequence_number = secrets.randbelow(1 << 15)

    def pack(
        self,
        payload: bytes | None = None,
        *,
        samples: int = FRAME,
        payload_type: int = PAYLOAD_TYPE,
        extension: bytes = b"",
    ) -> bytes:
        """Return the next packet, encrypted. `extension` is an RFC 8285 block with its header."""
        header = struct.pack(
            ">BBHII", 0x90 if extension else 0x80, payload_type, self.sequence_number & 0xFFFF,
            self.timestamp & 0xFFFFFFFF, self.ssrc,
        )  # fmt: skip
        body = packet(self.number) if payload is None else payload
        self.sequence_number += 1
        self.timestamp += samples
        self.number += 1
        return self._srtp.protect(header + extension + body)


class Call:
    """A room with one speaker. A packet arrives when it is sent, unless the test delays it."""

    def __init__(self) -> None:
        self.sender = Sender()
        self.media = Media(
            (PROFILE, self.sender.key, os.urandom(PROFILE.key + PROFILE.salt)),
            description=sdp.parse(OFFER),
            stream=OutboundStream(7, PAYLOAD_TYPE, 0),
            on_packet=self._hear,
            on_loss=lambda _: None,
        )
        self.now = 100.0
        self._mixer = Mixer()
        self._mixer.add("ana", muted=False)
        self._heard: list[bytes] = []

    @property
    def voice(self) -> Voice:
        """The speaker's voice in the mixer."""
        return self._mixer._seats["ana"].voice

    def speak(self, packets: int, make: Callable[[], bytes] | None = None) -> None:
        """Receive packets, one every 20 ms of simulated time."""
        for _ in range(packets):
            self.receive((make or self.sender.pack)())
            self.tick()

    def pause(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK)):
            self.tick()

    def receive(self, *encrypted: bytes) -> None:
        for each in encrypted:
            self.media.receive(each, self.now)

    def tick(self) -> None:
        self.now += PHASE
        self._heard.append(self._mixer.tick(self.now).shared)
        self.now += TICK - PHASE

    def sound(self) -> Pcm:
        """Everything that a listener heard."""
        return decode(self._heard)

    def levels(self) -> list[float]:
        """The level of each window of 20 ms, in dBFS."""
        sound = self.sound()
        return [level_of(sound[at : at + FRAME]) for at in range(0, len(sound), FRAME)]

    def loud(self) -> int:
        """The number of 20 ms windows that contain the tone."""
        return sum(level > HEARD for level in self.levels())

    def gaps(self) -> list[int]:
        """The lengths of the gaps in the tone, in windows of 20 ms."""
        loud = np.flatnonzero(np.array(self.levels()) > HEARD)
        return [int(step - 1) for step in np.diff(loud) if step > 1]

    def _hear(self, packet: RtpPacket, arrived: float) -> None:
        self._mixer.push("ana", packet, arrived)
