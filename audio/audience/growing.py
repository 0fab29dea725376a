"""An audience that is served in the way that fits its size."""

from audio.audience.batch import Batch
from audio.audience.few import FewListeners
from audio.audience.interface import Audience, Listener
from audio.audience.local import LocalAudience
from audio.audience.native import is_available
from audio.transport.socket import DatagramSocket

MANY = 24  # listeners; from this number on, calls of numpy take less time than a loop in Python


def open_audience(socket: DatagramSocket, batch: Batch) -> Audience:
    """Return the fastest kind of audience that this system supports."""
    return GrowingAudience(socket, batch) if is_available() else FewListeners(batch)


class GrowingAudience:
    """Implements `Audience`: with `FewListeners`, and with `LocalAudience` once it has grown."""

    def __init__(self, socket: DatagramSocket, batch: Batch) -> None:
        self._socket = socket
        self._few: FewListeners | None = FewListeners(batch)
        self._audience: Audience = self._few

    def __len__(self) -> int:
        return len(self._audience)

    def add(self, listener: Listener) -> None:
        self._audience.add(listener)
        if self._few is not None and len(self._few) == MANY:
            self._audience = LocalAudience(self._socket)
            for each in self._few.listeners:
                self._audience.add(each)
            self._few = None

    def update_path(self, listener: Listener) -> None:
        self._audience.update_path(listener)

    def remove(self, listener: Listener) -> None:
        self._audience.remove(listener)

    def sync(self, listener: Listener) -> None:
        self._audience.sync(listener)

    def skip(self, count: int) -> None:
        self._audience.skip(count)

    def send(self, payload: bytes, timestamp: int) -> int:
        return self._audience.send(payload, timestamp)
