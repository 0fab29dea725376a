"""The mixer of one room: one packet for everyone who is silent, and a mix-minus for each voice."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from audio.mixing.channels import MONO, STEREO, with_channels
from audio.mixing.loss import LossReports
from audio.mixing.opus import FRAME, EncoderSettings, Pcm
from audio.mixing.output import Output
from audio.mixing.soundscape import Soundscape
from audio.mixing.streams import settings_for
from audio.mixing.voice import Packet, Voice

KEEP_ENCODER = 50  # frames: a voice keeps its own encoder for a second after it falls silent


@dataclass(frozen=True, slots=True)
class Mix:
    """20 ms of a room, as Opus packets. In long silence a packet is empty, and is not sent.

    `own` contains each voice's mix-minus. Everyone else receives `shared`, or in data saver mode
    `saver`, which is None while nobody uses that mode. `talkers` are in the order in which they
    joined the stage. `timestamp` is the RTP timestamp at 48 kHz.
    """

    shared: bytes
    saver: bytes | None
    own: Mapping[str, bytes]
    talkers: tuple[str, ...]
    timestamp: int

    def packet_for(self, person: str, *, saves_data: bool) -> bytes:
        """Return the packet for a person on the stage."""
        common = self.shared if self.saver is None or not saves_data else self.saver
        return self.own.get(person, common)


class _Seat:
    """A person on the stage: their voice, and the output with their own mix."""

    def __init__(self, *, muted: bool, music: bool) -> None:
        self.muted = muted
        self.saves_data = False
        self.voice = Voice(music=music)
        self.part: Pcm | None = None  # their contribution to this tick's mix
        self.output: Output | None = None
        self.silent_for = KEEP_ENCODER
        self.loss = LossReports()


class Mixer:
    """One per room, without I/O or a clock; its owner calls `tick` every 20 ms.

    Packets of unknown or muted people are dropped. `settings` are the encoder settings for talk.
    """

    def __init__(
        self,
        *,
        settings: EncoderSettings | None = None,
        soundscape: bool = False,
        music: bool = False,
    ) -> None:
        self._settings = settings or EncoderSettings()
        self._music = music
        self._seats: dict[str, _Seat] = {}
        self._loss = LossReports()
        self._timestamp = secrets.randbits(32)
        self._mixed: Pcm | None = None  # the last tick's sound
        self._parts = 0  # the number of sounds in that mix
        self._fade_outs: list[Pcm] = []  # fade-outs of voices and ambience that were removed
        self._soundscape = Soundscape() if soundscape else None
        self._shared = self._open_shared()
        self._saver: Output | None = None
        self._idle = False  # nothing has been heard, and nothing will be until something changes

    @property
    def people(self) -> frozenset[str]:
        return frozenset(self._seats)

    @property
    def soundscape(self) -> bool:
        return self._soundscape is not None

    @soundscape.setter
    def soundscape(self, playing: bool) -> None:
        if playing != self.soundscape:
            self._idle = False
            if self._soundscape is not None:
                self._fade_outs.append(self._soundscape.tail())
            self._soundscape = Soundscape() if playing else None

    @property
    def music(self) -> bool:
        """Return True in music mode: stereo, without gain control and noise gate."""
        return self._music

    @music.setter
    def music(self, music: bool) -> None:
        if music == self._music:
            return
        self._music, self._idle = music, False
        for seat in self._seats.values():
            seat.voice.music = music
            if seat.output is not None:
                seat.output = self._open_own(seat, self._mix_minus(seat))
        self._shared = self._open_shared()
        self._saver = self._open_shared(saver=True) if self._saver is not None else None

    @property
    def saver(self) -> bool:
        """Return True if the mix is also encoded for data saver mode."""
        return self._saver is not None

    @saver.setter
    def saver(self, wanted: bool) -> None:
        if wanted != self.saver:
            self._idle = False
            self._saver = self._open_shared(saver=True) if wanted else None

    def add(self, person: str, *, muted: bool) -> None:
        """Add a person to the stage; if they are on stage already, only mute or unmute them."""
        if person in self._seats:
            self.mute(person, muted)
        else:
            self._seats[person] = _Seat(muted=muted, music=self._music)
            self._idle = False

    def remove(self, person: str) -> None:
        seat = self._seats.pop(person, None)
        if seat is None:
            return
        self._idle = False
        seat.voice.silence()
        tail = seat.voice.take_tail()
        if tail is not None:
            self._fade_outs.append(tail)

    def mute(self, person: str, muted: bool) -> None:
        seat = self._seats.get(person)
        if seat is None or seat.muted == muted:
            return
        seat.muted = muted
        self._idle = False
        seat.voice.silence()

    def set_saves_data(self, person: str, saves_data: bool) -> None:
        """Set whether this person's own mix is encoded for data saver mode."""
        seat = self._seats.get(person)
        if seat is None or seat.saves_data == saves_data:
            return
        seat.saves_data = saves_data
        if seat.output is not None:
            seat.output = self._open_own(seat, self._mix_minus(seat))

    def push(self, person: str, packet: Packet, arrived: float) -> None:
        """Process a decrypted RTP packet from a person; `arrived` is in monotonic seconds."""
        seat = self._seats.get(person)
        if seat is not None and not seat.muted:
            self._idle = False
            seat.voice.push(packet, arrived)

    def report_loss(self, person: str, fraction: float) -> None:
        """Process the fraction of our packets that a receiver has lost (RFC 3550, section 6.4)."""
        seat = self._seats.get(person)
        (self._loss if seat is None else seat.loss).report(person, fraction)

    def refresh(self) -> None:
        """Send a packet to everyone in the next tick, even in silence, so that a new receiver does
        not have to wait for its first packet."""
        for output in (self._shared, self._saver, *(seat.output for seat in self._seats.values())):
            if output is not None:
                output.refresh()

    @property
    def voices(self) -> dict[str, Pcm]:
        """Return the contribution of each audible person to the last tick's mix."""
        return {person: seat.part for person, seat in self._seats.items() if seat.part is not None}

    @property
    def mixed(self) -> Pcm | None:
        """Return the last tick's mix before the limiter; None for silence."""
        return self._mixed

    def tick(self, now: float) -> Mix:
        """Mix and encode the next 20 ms; `now` is in monotonic seconds."""
        if self._idle:
            return self._tick_idle()
        if self._loss.advance():
            self._expect_loss()
        before, self._mixed = self._mixed, self._sum(now)
        shared = self._shared.packet(self._mixed)
        saver = None if self._saver is None else self._saver.packet(self._mixed)
        own = {
            person: packet
            for person, seat in self._seats.items()
            if (packet := self._own_packet(seat, before)) is not None
        }
        talkers = tuple(person for person, seat in self._seats.items() if seat.voice.talking)
        self._idle = self._mixed is None and not own and self._is_settled()
        return self._next_mix(shared, saver, own, talkers)

    def _tick_idle(self) -> Mix:
        """Do the same as a tick in which nothing happens, in less time."""
        if self._loss.advance():
            self._expect_loss()
        for seat in self._seats.values():
            seat.loss.advance()  # used when the person gets an output again
        shared = self._shared.packet(None)
        saver = None if self._saver is None else self._saver.packet(None)
        return self._next_mix(shared, saver, {}, ())

    def _expect_loss(self) -> None:
        self._shared.expect_loss(self._loss.expected)
        if self._saver is not None:
            self._saver.expect_loss(self._loss.expected)

    def _is_settled(self) -> bool:
        """Return True if a tick without new packets changes nothing."""
        voices_settled = all(seat.voice.is_settled for seat in self._seats.values())
        return voices_settled and self._soundscape is None and not self._fade_outs

    def _next_mix(
        self, shared: bytes, saver: bytes | None, own: Mapping[str, bytes], talkers: tuple[str, ...]
    ) -> Mix:
        mix = Mix(shared, saver, own, talkers, self._timestamp)
        self._timestamp = (self._timestamp + FRAME) & 0xFFFF_FFFF
        return mix

    def _sum(self, now: float) -> Pcm | None:
        channels = STEREO if self._music else MONO
        parts, self._fade_outs = self._fade_outs, []
        if self._soundscape is not None:
            parts.append(self._soundscape.frame())
        for seat in self._seats.values():
            part = seat.voice.take_tail() if seat.muted else seat.voice.pull(now)
            if part is None:
                seat.part = None
                seat.silent_for += 1
            else:
                seat.part = with_channels(part, channels)
                seat.silent_for = 0
                parts.append(seat.part)
        self._parts = len(parts)
        if not parts:
            return None
        total = with_channels(parts[0], channels)
        for part in parts[1:]:
            total = total + with_channels(part, channels)
        return total

    def _own_packet(self, seat: _Seat, before: Pcm | None) -> bytes | None:
        """Return the packet with this person's mix-minus; None when they receive the shared mix."""
        if seat.loss.advance() and seat.output is not None:
            seat.output.expect_loss(seat.loss.expected)
        if seat.silent_for >= KEEP_ENCODER:
            seat.output = None
            return None
        if seat.output is None:  # they were silent until now
            seat.output = self._open_own(seat, before)
        return seat.output.packet(self._mix_minus(seat))

    def _mix_minus(self, seat: _Seat) -> Pcm | None:
        if seat.part is None or self._mixed is None:
            return self._mixed
        return None if self._parts == 1 else self._mixed - seat.part

    def _open_shared(self, *, saver: bool = False) -> Output:
        """Open the output of the whole mix."""
        settings = settings_for(self._settings, music=self._music, saver=saver)
        return Output(settings, loss=self._loss.expected, before=self._mixed)

    def _open_own(self, seat: _Seat, before: Pcm | None) -> Output:
        settings = settings_for(self._settings, music=self._music, saver=seat.saves_data)
        return Output(settings, loss=seat.loss.expected, before=before)
