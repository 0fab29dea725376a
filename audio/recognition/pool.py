"""The recognizer processes of an audio process, and the streams of sound that they recognize.

Everything here returns at once: a process that hangs, sleeps or dies costs its captions, never a
tick. The socket to a process is the bounded queue; what does not fit is dropped and counted.
"""

import asyncio
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

from audio.events import AudioEvent, CaptionLine, CaptionsState
from audio.recognition.messages import (
    MAX_DATAGRAM,
    Finished,
    Kind,
    Progress,
    Recognized,
    Report,
    Request,
    unpack_report,
)

QUEUE = 1 << 20  # bytes requested for each socket; the kernel may grant less
RESTART_AFTER = 1.0  # seconds; doubled after each death until a process has recognized something
RESTART_AFTER_MAX = 60.0
HANGS_AFTER = 20.0  # seconds that a process accepts sound without a report
BEHIND = 5.0  # seconds of waiting sound of which the host is told
CHECK_EVERY = 1.0  # seconds
STATES = ("ok", "behind", "starting")  # of a process: the worst is last

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Voice:
    """A person's stream. `last_in`: the incarnation of the process that got the last sound; 0 while
    the person may go on talking."""

    number: int
    room: str
    person: str
    process: "Process"
    last_in: int = 0


class Process:
    """One recognizer process, started again when it dies."""

    def __init__(self, engine: str, received: Callable[["Process", Report], None]) -> None:
        self.voices: set[Voice] = set()
        self.incarnation = 0
        self.dropped = 0  # datagrams
        self.state = "starting"
        self._engine, self._received = engine, received
        self._child: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._pause = RESTART_AFTER
        self._start_at = 0.0
        self._unanswered_since: float | None = None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def check(self) -> None:
        """Start the process if it is not running; kill it if it hangs."""
        now = time.monotonic()
        if self._child is not None and self._child.poll() is not None:
            log.warning("recognizer_died", extra={"code": self._child.returncode})
            self._end()
            self._start_at, self._pause = now + self._pause, min(2 * self._pause, RESTART_AFTER_MAX)
        elif self._unanswered_since is not None and now - self._unanswered_since > HANGS_AFTER:
            log.warning("recognizer_hangs", extra={"seconds": HANGS_AFTER})
            self.stop()
            self._start_at = now
        if self._child is None and self.voices and now >= self._start_at:
            self._start()

    def send(self, request: Request) -> bool:
        """Return False if the process doesn't run, or its queue is full."""
        if self._socket is None:
            return False
        try:
            self._socket.send(request.pack())
        except OSError:  # full, or the process has just died: `check` looks after it
            self.dropped += 1
            self.state = "behind"
            return False
        if self._unanswered_since is None and request.kind is Kind.SOUND:
            self._unanswered_since = time.monotonic()
        return True

    def stop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()
        self._end()

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, QUEUE)
        with theirs:
            self._child = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "audio.recognition.child",
                    self._engine,
                    str(theirs.fileno()),
                ],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._socket, self.state = ours, "starting"
        self.incarnation += 1
        asyncio.get_running_loop().add_reader(ours, self._receive, ours)

    def _receive(self, ours: socket.socket) -> None:
        try:
            datagram = ours.recv(MAX_DATAGRAM)
        except BlockingIOError:
            return
        except OSError:
            datagram = b""
        if not datagram:  # `check` reports the death and starts a new process
            asyncio.get_running_loop().remove_reader(ours)
            return
        self._unanswered_since, self._pause = None, RESTART_AFTER
        self._received(self, unpack_report(datagram))

    def _end(self) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
        self._socket = self._child = self._unanswered_since = None
        self.state = "starting"


class RecognizerPool:
    """`size` processes with the engine at this import path. Processes start with the first voice.

    `emit` receives the lines, and the state of a room's captions when it changes.
    """

    def __init__(self, engine: str, size: int, emit: Callable[[AudioEvent], None]) -> None:
        self._processes = [Process(engine, self._received) for _ in range(size)]
        self._emit = emit
        self._voices: dict[int, Voice] = {}
        self._numbers = count(1)
        self._states: dict[str, str] = {}  # room -> the state that was emitted last
        self._checking: asyncio.Task[None] | None = None

    @property
    def processes(self) -> list[Process]:
        return self._processes

    def start(self) -> None:
        self._checking = asyncio.create_task(self._check_forever())

    async def stop(self) -> None:
        if self._checking is not None:
            self._checking.cancel()
            with suppress(asyncio.CancelledError):
                await self._checking
        for process in self._processes:
            process.stop()

    def open(self, room: str, person: str) -> Voice:
        """Begin a stream on the process with the fewest."""
        process = min(self._processes, key=lambda each: len(each.voices))
        voice = Voice(next(self._numbers), room, person, process)
        self._voices[voice.number] = voice
        process.voices.add(voice)
        return voice

    def send(self, voice: Voice, at: float, samples: bytes) -> None:
        """Send 16-bit mono samples at 48 kHz, of which the first was spoken at `at`, in seconds
        since 1970."""
        voice.process.send(Request(Kind.SOUND, voice.number, at, samples))

    def finish(self, voice: Voice) -> None:
        """End the stream after its last words were recognized."""
        voice.last_in = voice.process.incarnation
        if not voice.process.send(Request(Kind.FINISH, voice.number)):
            self._forget(voice)

    def discard(self, voice: Voice) -> None:
        """End the stream at once. None of its words is emitted from now on."""
        self._forget(voice)
        voice.process.send(Request(Kind.DISCARD, voice.number))

    def _received(self, process: Process, report: Report) -> None:
        match report:
            case Recognized(number, line):
                if voice := self._voices.get(number):
                    key = f"{process.incarnation}-{number}-{line.number}"
                    self._emit(
                        CaptionLine(
                            room=voice.room,
                            person=voice.person,
                            line=key,
                            text=line.text,
                            started=line.started,
                            ended=line.ended,
                            final=line.final,
                        )
                    )
            case Finished(number):
                if voice := self._voices.get(number):
                    self._forget(voice)
            case Progress(behind, _):
                process.state = "behind" if behind > BEHIND else "ok"

    def _forget(self, voice: Voice) -> None:
        self._voices.pop(voice.number, None)
        voice.process.voices.discard(voice)

    async def _check_forever(self) -> None:
        while True:
            self._check()
            await asyncio.sleep(CHECK_EVERY)

    def _check(self) -> None:
        for process in self._processes:
            try:
                process.check()
            except OSError:  # e.g. too many processes
                log.exception("recognizer_not_started")
            for voice in [each for each in process.voices if each.last_in]:
                if process.pid is None or voice.last_in != process.incarnation:
                    self._forget(voice)
        states: dict[str, str] = {}
        for voice in self._voices.values():
            worst = states.get(voice.room, "ok")
            states[voice.room] = max(
                worst, voice.process.state, key=["ok", "behind", "starting"].index
            )
        for room, state in states.items():
            if self._states.get(room) != state:
                self._emit(CaptionsState(room, state))
        self._states = states
