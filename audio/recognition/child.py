"""What a recognizer process does: it receives sound, and returns lines.

It ends when the audio process closes the socket or dies.
"""

import socket
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib import import_module
from itertools import count
from threading import Thread

import numpy as np

from audio.recognition.inbox import SECOND, Inbox
from audio.recognition.interface import SAMPLE_RATE, Line, Recognizer
from audio.recognition.messages import (
    MAX_DATAGRAM,
    MAX_TEXT,
    Finished,
    Kind,
    Loaded,
    Progress,
    Recognized,
    Report,
    Request,
    pack_report,
    unpack,
)
from audio.recognition.resampling import Downsampler

READ_EVERY = 0.7  # seconds of sound between two reads of an open line
READ_EVERY_BEHIND = 2.0  # while sound is waiting, so that interim text is dropped first
READING = 0.5  # the share of a core that reading may take: a slow model reads less often
BEHIND = 1.0  # seconds of waiting sound
QUIET_AFTER = 0.4  # seconds without sound after which the rest is read
IDLE_AFTER = 30.0  # seconds without sound after which the model's memory of a stream is freed
PROGRESS_EVERY = 1.0  # seconds


class Voice:
    """One stream: its resampling, its lines, and when its samples were spoken."""

    def __init__(
        self, number: int, recognizer: Recognizer, language: str, new_line: Callable[[], int]
    ) -> None:
        self.number = number
        self.unread = 0.0  # seconds of sound that were added since the last read
        self.heard_at = time.monotonic()
        self._stream = recognizer.open(language)
        self._new_line = new_line
        self._lines: dict[int, int] = {}  # open lines: the model's number -> our number
        self._downsampler = Downsampler()
        self._seconds = 0.0
        self._anchors: list[tuple[float, float]] = []  # (seconds of sound, time of that sample)

    def add(self, request: Request) -> None:
        samples = np.frombuffer(request.samples, np.int16)
        self._anchors.append((self._seconds, request.at))
        sound = self._downsampler.process(samples)
        self._stream.add(sound)
        self._seconds += len(sound) / SAMPLE_RATE
        self.unread += len(request.samples) / SECOND
        self.heard_at = time.monotonic()

    def read(self) -> list[Line]:
        self.unread = 0.0
        return [self._dated(line) for line in self._stream.read()]

    def close(self) -> list[Line]:
        return [self._dated(line) for line in self._stream.close()]

    def _dated(self, line: Line) -> Line:
        started, ended = self._time_of(line.started), self._time_of(line.ended)
        if line.final:  # later lines begin after this one
            later = [each for each in self._anchors if each[0] > line.ended]
            self._anchors = self._anchors[-len(later) - 1 :]
        number = self._lines.setdefault(line.number, 0) or self._new_line()
        self._lines[line.number] = number
        if line.final:
            del self._lines[line.number]
        text = line.text[:MAX_TEXT]
        return replace(line, number=number, text=text, started=started, ended=ended)

    def _time_of(self, second: float) -> float:
        offset, at = next(
            (each for each in reversed(self._anchors) if each[0] <= second), self._anchors[0]
        )
        return at + second - offset


class Child:
    def __init__(self, recognizer: Recognizer, inbox: Inbox, send: Callable[[Report], None]):
        self._recognizer, self._inbox, self._send = recognizer, inbox, send
        self._voices: dict[int, Voice] = {}
        self._new_line = count(1).__next__  # a model may number each stream's lines from 0
        self._progress_at = 0.0
        self._read_cost = 0.0  # processor time of the last read, in seconds

    def run(self) -> None:
        self._send(Loaded())
        while not self._inbox.closed:
            requests = self._inbox.take(QUIET_AFTER)
            for request in requests:
                self._process(request)
            interval = READ_EVERY_BEHIND if self._inbox.behind > BEHIND else READ_EVERY
            interval = max(interval, self._read_cost * len(self._voices) / READING)
            for voice in list(self._voices.values()):
                self._look_after(voice, interval)
            if requests and time.monotonic() - self._progress_at > PROGRESS_EVERY:
                self._progress_at = time.monotonic()
                self._send(Progress(_age_of(requests), self._inbox.lost))

    def _process(self, request: Request) -> None:
        voice = self._voices.get(request.stream)
        if request.kind is Kind.SOUND:
            if voice is None:
                voice = self._voices[request.stream] = Voice(
                    request.stream, self._recognizer, request.language, self._new_line
                )
            voice.add(request)
            return
        if voice is not None:
            del self._voices[request.stream]
            lines = voice.close()
            if request.kind is Kind.FINISH:
                self._report(voice, lines)
        if request.kind is Kind.FINISH:
            self._send(Finished(request.stream))

    def _look_after(self, voice: Voice, interval: float) -> None:
        quiet_for = time.monotonic() - voice.heard_at
        if voice.unread >= interval or (voice.unread and quiet_for >= QUIET_AFTER):
            before = time.process_time()
            lines = voice.read()
            self._read_cost = time.process_time() - before
            self._report(voice, lines)
        elif quiet_for > IDLE_AFTER:
            del self._voices[voice.number]
            self._report(voice, voice.close())

    def _report(self, voice: Voice, lines: list[Line]) -> None:
        for line in lines:
            if line.text:
                self._send(Recognized(voice.number, line))


def _age_of(requests: Iterable[Request]) -> float:
    """Return how many seconds ago the first of this sound was spoken; the clock of both processes
    is the same."""
    spoken = [each.at for each in requests if each.kind is Kind.SOUND]
    return max(0.0, time.time() - min(spoken)) if spoken else 0.0


def main(engine: str, model: str, number: str) -> None:
    """`engine` is the import path of a `Recognizer`'s class, `model` the name of its model,
    `number` the file descriptor of an open socket."""
    with socket.socket(fileno=int(number)) as connection:
        connection.setblocking(True)
        inbox = Inbox()

        def receive() -> None:
            while datagram := connection.recv(MAX_DATAGRAM):
                inbox.put(unpack(datagram))
            inbox.close()

        Thread(target=receive, daemon=True).start()  # so that nothing is lost while a model loads
        module, _, name = engine.rpartition(".")
        recognizer: Recognizer = getattr(import_module(module), name)(model)
        Child(recognizer, inbox, lambda report: _send(connection, report)).run()


def _send(connection: socket.socket, report: Report) -> None:
    try:
        connection.send(pack_report(report))
    except (BrokenPipeError, ConnectionResetError):
        sys.exit()
