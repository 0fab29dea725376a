"""The sound that a recognizer process has received and not yet recognized, in bounded memory."""

from collections import deque
from threading import Condition

from audio.recognition.messages import Kind, Request

SECOND = 48_000 * 2  # bytes
MAX_WAITING = 10  # seconds of sound per stream; older sound is thrown away


class Inbox:
    """The thread that reads the socket fills it, and the thread that recognizes empties it."""

    def __init__(self) -> None:
        self.lost = 0.0  # seconds of sound that were thrown away
        self.closed = False
        self._changed = Condition()
        self._waiting: dict[int, deque[Request]] = {}
        self._bytes: dict[int, int] = {}

    def put(self, request: Request) -> None:
        with self._changed:
            if request.kind is Kind.DISCARD:  # nothing that was said before may be recognized
                self._waiting[request.stream] = deque()
                self._bytes[request.stream] = 0
            queue = self._waiting.setdefault(request.stream, deque())
            queue.append(request)
            size = self._bytes.get(request.stream, 0) + len(request.samples)
            while size > MAX_WAITING * SECOND:
                oldest = queue.popleft()
                size -= len(oldest.samples)
                self.lost += len(oldest.samples) / SECOND
            self._bytes[request.stream] = size
            self._changed.notify()

    def close(self) -> None:
        """Note that the audio process has closed the socket or has died."""
        with self._changed:
            self.closed = True
            self._changed.notify()

    def take(self, timeout: float) -> list[Request]:
        """Remove and return everything, each stream's requests in order; wait up to `timeout`
        seconds for the first."""
        with self._changed:
            if not self._waiting and not self.closed:
                self._changed.wait(timeout)
            requests = [request for queue in self._waiting.values() for request in queue]
            self._waiting.clear()
            self._bytes.clear()
            return requests

    @property
    def behind(self) -> float:
        """Return how many seconds of sound wait in the stream in which the most sound waits."""
        with self._changed:
            return max(self._bytes.values(), default=0) / SECOND
