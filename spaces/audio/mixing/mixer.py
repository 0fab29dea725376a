"""One room's sound: a packet for all who are silent, and for each voice a mix without itself."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from spaces.audio.mixing.limiter import Limiter
from spaces.audio.mixing.loss import LossReports
from spaces.audio.mixing.opus import FRAME, Encoder, EncoderSettings, Pcm
from spaces.audio.mixing.soundscape import Soundscape
from spaces.audio.mixing.voice import Packet, Voice

LINGER = 50  # frames: a voice that fell silent keeps its own encoder for a second
SETTLING = 10  # frames after which an encoder's state of silence changes no more
SILENCE: Pcm = np.zeros(FRAME, np.float32)


@dataclass(frozen=True, slots=True)
class Mix:
    """20 ms of a room, as Opus packets.

    `shared` is for everyone without an entry in `own`; `own` holds each voice's mix-minus.
    `talkers` are in the order in which they came on stage. `timestamp` is RTP's, at 48 kHz.
    """

    shared: bytes
    own: Mapping[str, bytes]
    talkers: tuple[str, ...]
    timestamp: int


class _Seat:
    """A person of the stage: what they say, and the encoder of what only they hear."""

    def __init__(self, *, muted: bool) -> None:
        self.muted = muted
        self.voice = Voice()
        self.part: Pcm | None = None  # what they add to this tick's mix
        self.output: _Output | None = None
        self.silent_for = LINGER
        self.loss = LossReports()


class _Output:
    """A limiter and an encoder: one continuous stream of packets."""

    def __init__(self, settings: EncoderSettings, *, loss: float) -> None:
        self.encoder = Encoder(replace(settings, loss=loss))
        self._limiter = Limiter()
        self._last = b""
        self._silent_for = 0

    def packet(self, pcm: Pcm) -> bytes:
        """A silence that lasts is one packet over and over: silent rooms cost nearly nothing."""
        self._silent_for = self._silent_for + 1 if pcm is SILENCE else 0
        if self._silent_for <= SETTLING:
            self._last = self.encoder.encode(self._limiter.limit(pcm))
        return self._last


class Mixer:
    """One per room; no I/O, no clock: whoever owns it calls `tick` every 20 ms.

    What is pushed for someone unknown or muted is dropped.
    """

    def __init__(
        self, *, settings: EncoderSettings | None = None, soundscape: bool = False
    ) -> None:
        self._settings = settings or EncoderSettings()
        self._seats: dict[str, _Seat] = {}
        self._loss = LossReports()
        self._shared = _Output(self._settings, loss=self._loss.expected)
        self._timestamp = secrets.randbits(32)
        self._before = SILENCE
        self._endings: list[Pcm] = []  # the fading ends of what is not here any more
        self._soundscape = Soundscape() if soundscape else None
        self._parts = 0  # sounds in this tick's mix

    @property
    def people(self) -> frozenset[str]:
        return frozenset(self._seats)

    @property
    def soundscape(self) -> bool:
        return self._soundscape is not None

    @soundscape.setter
    def soundscape(self, playing: bool) -> None:
        if playing != self.soundscape:
            if self._soundscape is not None:
                self._endings.append(self._soundscape.tail())
            self._soundscape = Soundscape() if playing else None

    def add(self, person: str, *, muted: bool) -> None:
        """Seat a person; someone seated already is only muted or unmuted."""
        if person in self._seats:
            self.mute(person, muted)
        else:
            self._seats[person] = _Seat(muted=muted)

    def remove(self, person: str) -> None:
        seat = self._seats.pop(person, None)
        if seat is None:
            return
        seat.voice.silence()
        tail = seat.voice.take_tail()
        if tail is not None:
            self._endings.append(tail)

    def mute(self, person: str, muted: bool) -> None:
        seat = self._seats.get(person)
        if seat is None or seat.muted == muted:
            return
        seat.muted = muted
        seat.voice.silence()

    def push(self, person: str, packet: Packet, arrived: float) -> None:
        """A decrypted RTP packet from a person; `arrived` in monotonic seconds."""
        seat = self._seats.get(person)
        if seat is not None and not seat.muted:
            seat.voice.push(packet, arrived)

    def report_loss(self, person: str, fraction: float) -> None:
        """A receiver report (RFC 3550, section 6.4): the share of our packets that got lost."""
        seat = self._seats.get(person)
        (self._loss if seat is None else seat.loss).report(person, fraction)

    def tick(self) -> Mix:
        """The next 20 ms."""
        if self._loss.advance():
            self._shared.encoder.expect_loss(self._loss.expected)
        total = self._gather()
        shared = self._shared.packet(total)
        own = {
            person: packet
            for person, seat in self._seats.items()
            if (packet := self._minus(seat, total)) is not None
        }
        talkers = tuple(person for person, seat in self._seats.items() if seat.voice.talking)
        mix = Mix(shared, own, talkers, self._timestamp)
        self._timestamp = (self._timestamp + FRAME) & 0xFFFF_FFFF
        self._before = total
        return mix

    def _gather(self) -> Pcm:
        parts, self._endings = self._endings, []
        if self._soundscape is not None:
            parts.append(self._soundscape.frame())
        for seat in self._seats.values():
            seat.part = seat.voice.take_tail() if seat.muted else seat.voice.pull()
            if seat.part is None:
                seat.silent_for += 1
            else:
                seat.silent_for = 0
                parts.append(seat.part)
        self._parts = len(parts)
        if not parts:
            return SILENCE
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total

    def _minus(self, seat: _Seat, total: Pcm) -> bytes | None:
        """The mix without this person; None when that is the shared one."""
        if seat.loss.advance() and seat.output is not None:
            seat.output.encoder.expect_loss(seat.loss.expected)
        if seat.silent_for >= LINGER:
            seat.output = None
            return None
        if seat.output is None:
            seat.output = _Output(self._settings, loss=seat.loss.expected)
            seat.output.packet(self._before)  # so that the change of encoder is not heard
        if seat.part is None:
            return seat.output.packet(total)
        return seat.output.packet(SILENCE if self._parts == 1 else total - seat.part)
