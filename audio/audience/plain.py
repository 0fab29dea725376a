"""The audience served one by one: for systems without `sendmmsg`."""

from audio.audience.interface import Listener
from audio.transport.socket import DatagramSocket


class PlainAudience:
    """See `Audience`."""

    def __init__(self, socket: DatagramSocket) -> None:
        self._socket = socket
        self._listeners: dict[int, Listener] = {}

    def __len__(self) -> int:
        return len(self._listeners)

    def add(self, listener: Listener) -> None:
        self._listeners[id(listener)] = listener

    def move(self, listener: Listener) -> None:
        """The path is read at each packet."""

    def remove(self, listener: Listener) -> None:
        self._listeners.pop(id(listener), None)

    def settle(self, listener: Listener) -> None:
        """The stream is always up to date."""

    def send(self, payload: bytes, timestamp: int) -> int:
        return sum(self._send(each, payload, timestamp) for each in self._listeners.values())

    def _send(self, listener: Listener, payload: bytes, timestamp: int) -> bool:
        if listener.srtp is None or listener.path is None:
            return False
        packet = listener.stream.pack(payload, timestamp)
        return self._socket.send(listener.srtp.protect(packet), listener.path)
