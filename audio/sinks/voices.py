"""A sink that sends voices to the recognizers: those of the people who consented to captions."""

import time
from collections.abc import Callable, Set
from dataclasses import dataclass, field

import numpy as np
import structlog

from audio.mixing.opus import FRAME, Pcm
from audio.recognition.pool import RecognizerPool, Voice
from audio.sinks.interface import DecodedTick

TICKS_PER_MESSAGE = 5  # 100 ms: fewer messages than ticks, and no noticeable delay
# The silence (1.2 s) that is sent after a person's last sound. By it, the model recognizes the end
# of a sentence.
SILENT_TICKS = 60
TICK = 0.020  # seconds
SILENCE = bytes(2 * FRAME)

log = structlog.get_logger(__name__)


@dataclass
class _Speaker:
    voice: Voice
    at: float = 0.0  # the time of the first waiting sample
    waiting: list[bytes] = field(default_factory=list)
    silent_for: int = SILENT_TICKS  # ticks


class CaptionedVoices:
    """One per room. `take` costs some microseconds per person who is talking."""

    def __init__(
        self, room: str, pool: RecognizerPool, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._room, self._pool, self._clock = room, pool, clock
        self._speakers: dict[str, _Speaker] = {}
        self._language = ""

    def set_people(self, people: Set[str], *, on_stage: Set[str], language: str = "") -> None:
        """Recognize exactly these people from now on, in this language (as in `RoomPlan`).

        A person who left the stage is recognized until their last word. A person who withdrew their
        consent is not recognized from this moment on, even in the middle of a word.
        """
        for person in self._speakers.keys() - people:
            if person in on_stage:
                self._pool.discard(self._speakers.pop(person).voice)
                log.info("voice_withdrawn", room=self._room, person=person)
            else:
                self._finish(person)
        if language != self._language:
            self._language = language
            for person in list(self._speakers):  # they go on in a stream of the new language
                self._finish(person)
        for person in people - self._speakers.keys():
            self._speakers[person] = _Speaker(self._pool.open(self._room, person, language))

    def take(self, tick: DecodedTick) -> None:
        for person, speaker in self._speakers.items():
            sound = tick.voices.get(person)
            speaker.silent_for = 0 if sound is not None else speaker.silent_for + 1
            if speaker.silent_for >= SILENT_TICKS and not speaker.waiting:
                continue
            if not speaker.waiting:
                speaker.at = self._clock() - TICK
            speaker.waiting.append(SILENCE if sound is None else _as_samples(sound))
            if len(speaker.waiting) == TICKS_PER_MESSAGE:
                self._send(speaker)

    def _finish(self, person: str) -> None:
        speaker = self._speakers.pop(person)
        self._send(speaker)
        self._pool.finish(speaker.voice)

    def _send(self, speaker: _Speaker) -> None:
        if speaker.waiting:
            self._pool.send(speaker.voice, speaker.at, b"".join(speaker.waiting))
            speaker.waiting = []


def _as_samples(sound: Pcm) -> bytes:
    mono = sound.mean(axis=1) if sound.ndim == 2 else sound
    return bytes((np.clip(mono, -1, 1) * 32767).astype(np.int16).tobytes())
