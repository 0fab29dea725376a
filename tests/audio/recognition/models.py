"""Models for tests of the recognizer processes: they count and hang, but recognize nothing."""

import os
import time

import numpy as np

from audio.recognition.interface import SAMPLE_RATE, Line, Sound

LOUD = 0.05  # root mean square


class Counting:
    """Returns how many seconds of sound it heard in a line; a silent second ends the line."""

    def __init__(self, model: str) -> None:
        self.model = model

    def open(self, language: str) -> "CountingStream":
        return CountingStream(language)


class CountingStream:
    def __init__(self, language: str) -> None:
        self._language = language
        self._seconds = 0.0  # of the stream
        self._started: float | None = None
        self._ended = 0.0
        self._number = 0

    def add(self, sound: Sound) -> None:
        for part in np.array_split(sound, max(1, len(sound) // (SAMPLE_RATE // 10))):
            seconds = len(part) / SAMPLE_RATE
            if np.sqrt(np.mean(part**2)) > LOUD:
                self._started = self._seconds if self._started is None else self._started
                self._ended = self._seconds + seconds
            self._seconds += seconds

    def read(self) -> list[Line]:
        return self._line(final=self._seconds - self._ended >= 1.0)

    def close(self) -> list[Line]:
        return self._line(final=True)

    def _line(self, *, final: bool) -> list[Line]:
        if self._started is None:
            return []
        text = f"{self._ended - self._started:.1f} seconds in {os.getpid()}"
        line = Line(self._number, text, self._started, self._ended, final, self._language)
        if final:
            self._started, self._number = None, self._number + 1
        return [line]


class Late(Counting):
    """Loads as soon as there is a file at the path in the environment variable MAY_LOAD."""

    def __init__(self, model: str) -> None:
        super().__init__(model)
        while not os.path.exists(os.environ["MAY_LOAD"]):
            time.sleep(0.01)


class Broken(Counting):
    """Can't be loaded."""

    def __init__(self, model: str) -> None:
        super().__init__(model)
        os._exit(4)


class Hanging(Counting):
    """Hangs as soon as it gets sound."""

    def open(self, language: str) -> CountingStream:
        time.sleep(3_600)
        raise AssertionError


class HangingOnce(Counting):
    """Hangs at the first sound, unless the file named in HAS_HUNG shows that a process hung."""

    def open(self, language: str) -> CountingStream:
        if not os.path.exists(os.environ["HAS_HUNG"]):
            open(os.environ["HAS_HUNG"], "w").close()
            time.sleep(3_600)
        return super().open(language)


class Dying(Counting):
    """Ends its process as soon as it gets sound."""

    def open(self, language: str) -> CountingStream:
        os._exit(3)
