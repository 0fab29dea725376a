"""The recognizer processes of an audio process, and the streams of sound that they recognize.

Everything here returns at once: a process that hangs, sleeps or dies costs its captions, never a
tick. The socket to a process is the bounded queue; what does not fit is dropped and counted.
"""

import asyncio
import logging
import shutil
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
    Loaded,
    Progress,
    Recognized,
    Report,
    Request,
    unpack_report,
)

QUEUE = 1 << 20  # bytes requested for each socket; the kernel may grant less
RESTART_AFTER = 1.0  # seconds; doubled after each failure until a process has worked
RESTART_AFTER_MAX = 60.0
DOWN_AFTER = 3  # failures in a row after which hosts read that the recognizer does not work
LOADS_WITHIN = 120.0  # seconds that a process may need until its model is loaded
HANGS_AFTER = 20.0  # seconds that a process with a loaded model accepts sound without a report
BEHIND = 5.0  # seconds from words to their text after which hosts read that captions are late
CHECK_EVERY = 1.0  # seconds
REPEAT_EVERY = 10.0  # seconds after which the state of a room is emitted again
STATES = ("ok", "behind", "starting", "down")  # of a process: the worst is last
# The audio process has realtime scheduling, which a child inherits. While Python starts, for 30 ms
# or more, no tick could run on the same core. `chrt` gives realtime scheduling up within 1 ms.
# Giving it up before `exec` would be wrong: the audio process waits for `exec`, and would then wait
# for a process without priority.
_NOT_REALTIME = ["chrt", "--other", "0"] if shutil.which("chrt") else []

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Voice:
    """A person's stream. `last_in`: the incarnation of the process that got the last sound; 0 while
    the person may go on talking."""

    number: int
    room: str
    person: str
    language: str
    process: "Process"
    last_in: int = 0


@dataclass(frozen=True)
class Model:
    """What recognizes speech: the import path of a `Recognizer`'s class, and its argument."""

    recognizer: str
    name: str = ""


class Process:
    """One recognizer process, started again when it dies."""

    def __init__(self, model: "Model", received: Callable[["Process", Report], None]) -> None:
        self.voices: set[Voice] = set()
        self.incarnation = 0
        self.dropped = 0  # datagrams that didn't fit in the queue
        self.lost = 0.0  # seconds of sound that the process threw away
        self._model, self._received = model, received
        self._child: subprocess.Popen[bytes] | None = None
        self._killed: list[subprocess.Popen[bytes]] = []  # these may not be dead yet
        self._socket: socket.socket | None = None
        self._failures = 0  # in a row
        self._start_at = 0.0
        self._loaded = self._behind = False
        self._unanswered_since: float | None = None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    @property
    def state(self) -> str:
        if self._failures >= DOWN_AFTER:
            return "down"
        if not self._loaded:
            return "starting"
        return "behind" if self._behind else "ok"

    def check(self) -> None:
        """Start the process if it is needed and not running; kill it if it hangs. Raises OSError
        if it can't be started."""
        now = time.monotonic()
        patience = HANGS_AFTER if self._loaded else LOADS_WITHIN
        self._killed = [each for each in self._killed if each.poll() is None]
        if self._child is not None and self._child.poll() is not None:
            log.warning("recognizer_died", extra={"code": self._child.returncode})
            self._fail(now)
        elif self._unanswered_since is not None and now - self._unanswered_since > patience:
            log.warning("recognizer_hangs", extra={"seconds": patience})
            self._fail(now)
        if self._child is None and self.voices and now >= self._start_at:
            try:
                self._start(now)
            except OSError:
                self._fail(now)
                raise

    def send(self, request: Request) -> bool:
        """Send a request; return False if the process doesn't run or its queue is full."""
        if self._socket is None:
            return False
        try:
            self._socket.send(request.pack())
        except OSError:  # full, or the process has just died: `check` looks after it
            self.dropped += 1
            self._behind = True
            return False
        if self._unanswered_since is None and request.kind is Kind.SOUND:
            self._unanswered_since = time.monotonic()
        return True

    def stop(self) -> None:
        """Kill the process, and wait until it is dead."""
        self._kill()
        for child in self._killed:
            child.wait()

    def _fail(self, now: float) -> None:
        self._kill()
        pause = min(RESTART_AFTER * 2**self._failures, RESTART_AFTER_MAX)
        self._start_at = now + pause
        self._failures += 1

    def _start(self, now: float) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, QUEUE)
        with theirs:
            self._child = subprocess.Popen(
                [
                    *_NOT_REALTIME,
                    sys.executable,
                    "-m",
                    "audio.recognition",
                    self._model.recognizer,
                    self._model.name,
                    str(theirs.fileno()),
                ],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._socket, self._unanswered_since = ours, now
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
        self._unanswered_since = None
        report = unpack_report(datagram)
        if isinstance(report, Loaded):
            self._loaded = True
        else:
            self._failures = 0
        if isinstance(report, Progress):
            self._behind, self.lost = report.behind > BEHIND, report.lost
        self._received(self, report)

    def _kill(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._killed.append(self._child)  # freeing its memory takes longer than a tick
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
        self._socket = self._child = self._unanswered_since = None
        self._loaded = self._behind = False


class RecognizerPool:
    """`size` processes that run this model. They start with the first voice.

    `emit` receives the lines, and the state of a room's captions: when it changes, and repeatedly.
    """

    def __init__(self, model: Model, size: int, emit: Callable[[AudioEvent], None]) -> None:
        self._processes = [Process(model, self._received) for _ in range(size)]
        self._emit = emit
        self._voices: dict[int, Voice] = {}
        self._numbers = count(1)
        self._states: dict[str, str] = {}  # room -> the state that was emitted last
        self._emitted_at = 0.0
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

    def open(self, room: str, person: str, language: str = "") -> Voice:
        """Begin a stream on the process with the fewest streams; start that process if needed."""
        process = min(self._processes, key=lambda each: len(each.voices))
        voice = Voice(next(self._numbers), room, person, language, process)
        self._voices[voice.number] = voice
        process.voices.add(voice)
        self._check(process)
        return voice

    def send(self, voice: Voice, at: float, samples: bytes) -> None:
        """Send 16-bit mono samples at 48 kHz, of which the first was spoken at `at`, in seconds
        since 1970."""
        voice.process.send(Request(Kind.SOUND, voice.number, at, samples, voice.language))

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
                            language=line.language,
                        )
                    )
            case Finished(number):
                if voice := self._voices.get(number):
                    self._forget(voice)

    def _forget(self, voice: Voice) -> None:
        self._voices.pop(voice.number, None)
        voice.process.voices.discard(voice)

    async def _check_forever(self) -> None:
        while True:
            for process in self._processes:
                self._check(process)
            self._emit_states(time.monotonic())
            await asyncio.sleep(CHECK_EVERY)

    def _check(self, process: Process) -> None:
        try:
            process.check()
        except OSError:  # e.g. too many processes
            log.exception("recognizer_not_started")
        for voice in [each for each in process.voices if each.last_in]:
            if process.pid is None or voice.last_in != process.incarnation:
                self._forget(voice)

    def _emit_states(self, now: float) -> None:
        """Emit the states that have changed, and all states from time to time."""
        states: dict[str, str] = {}
        for voice in self._voices.values():
            worst = states.get(voice.room, "ok")
            states[voice.room] = max(worst, voice.process.state, key=STATES.index)
        repeated = now - self._emitted_at >= REPEAT_EVERY
        for room, state in states.items():
            if repeated or self._states.get(room) != state:
                self._emit(CaptionsState(room, state))
        self._states = states
        if repeated:
            self._emitted_at = now
