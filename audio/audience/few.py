"""An audience that sends to one listener after another, for systems without `sendmmsg`."""

from audio.audience.interface import Listener
from audio.transport.socket import DatagramSocket


class PlainAudience:
    """Implements `Audience`."""

    def __init__(self, socket: DatagramSocket) -> None:
        self._socket = socket
        self._listeners: dict[int, Listener] = {}

    def __len__(self) -> int:
        return len(self._listeners)

    def add(self, listener: Listener) -> None:
        self._listeners[id(listener)] = listener

    def update_path(self, listener: Listener) -> None:
        """Do nothing: the path is read for each packet."""

    def remove(self, listener: Listener) -> None:
        self._listeners.pop(id(listener), None)

    def sync(self, listener: Listener) -> None:
        """Do nothing: the stream is always up to date."""

    def send(self, payload: bytes, timestamp: int) -> int:
        return sum(self._send(each, payload, timestamp) for each in self._listeners.values())

    def _send(self, listener: Listener, payload: bytes, timestamp: int) -> bool:
        if listener.srtp is None or listener.path is None:
            return False
        packet = listener.stream.pack(payload, timestamp)
        return self._socket.send(listener.srtp.protect(packet), listener.path)
