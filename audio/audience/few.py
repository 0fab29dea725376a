"""An audience of a few listeners, whose packets are written one after the other into a batch."""

from audio.audience.batch import Batch
from audio.audience.interface import Listener


class FewListeners:
    """Implements `Audience`. The packets are sent when the batch is flushed."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._listeners: dict[int, Listener] = {}

    def __len__(self) -> int:
        return len(self._listeners)

    @property
    def listeners(self) -> list[Listener]:
        return list(self._listeners.values())

    def add(self, listener: Listener) -> None:
        self._listeners[id(listener)] = listener

    def update_path(self, listener: Listener) -> None:
        """Do nothing: the path is read for each packet."""

    def remove(self, listener: Listener) -> None:
        self._listeners.pop(id(listener), None)

    def sync(self, listener: Listener) -> None:
        """Do nothing: the stream is always up to date."""

    def skip(self, count: int) -> None:
        for listener in self._listeners.values():
            stream = listener.stream
            stream.sequence_number = (stream.sequence_number + count) & 0xFFFF

    def send(self, payload: bytes, timestamp: int) -> int:
        for listener in self._listeners.values():
            self._batch.add(listener, payload, timestamp)
        return 0
