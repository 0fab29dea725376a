"""What core/sockets/daphne_protocol.py assumes about Daphne, Autobahn and Twisted."""

import inspect
import struct
from functools import partial

import pytest
from daphne.ws_protocol import WebSocketFactory
from twisted.internet.testing import StringTransport

from core.sockets import daphne_protocol
from core.sockets.daphne_protocol import (
    DEBUG_FORMATTERS,
    UNREAD_LIMIT,
    UNSENT_LIMIT,
    RoomProtocol,
)
from core.sockets.frame import Frame


class Transport(StringTransport):
    """A stand-in for Twisted's TCP transport."""

    def __init__(self, unsent: int = 0, *, accepts: int | Exception = 1 << 20) -> None:
        """`accepts`: how many octets the kernel accepts at once, or the error that it reports."""
        super().__init__()
        self.sent = b""
        self.accepts = accepts
        self.dataBuffer = b"x" * unsent
        self.offset = 0
        self._tempDataLen = 0
        self.aborted = False

    def writeSomeData(self, octets: bytes) -> int | Exception:
        if isinstance(self.accepts, Exception):
            return self.accepts
        self.sent += octets[: self.accepts]
        return min(len(octets), self.accepts)

    def abortConnection(self) -> None:
        self.aborted = True


@pytest.fixture
def protocol():
    built = RoomProtocol()
    built.state = RoomProtocol.STATE_OPEN
    built.transport = Transport()
    built.client_addr = None
    return built


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("", b"\x81\x00"),
        ("hello", b"\x81\x05"),
        ("é" * 63, b"\x81\x7e\x00\x7e"),
        ("x" * 125, b"\x81\x7d"),
        ("x" * 126, b"\x81\x7e\x00\x7e"),
        ("x" * 65_535, b"\x81\x7e\xff\xff"),
        ("x" * 65_536, b"\x81\x7f" + struct.pack("!Q", 65_536)),
    ],
)
def test_a_frame_is_encoded_as_rfc_6455_says(text, header):
    assert Frame(text).octets == header + text.encode()


def test_a_frame_is_handed_to_the_kernel_unchanged(protocol):
    protocol.write(Frame("hello"))
    assert (protocol.transport.sent, protocol.transport.value()) == (b"\x81\x05hello", b"")


def test_what_the_kernel_does_not_accept_waits_in_the_transport(protocol):
    protocol.transport = Transport(accepts=3)
    protocol.write(Frame("hello"))
    assert (protocol.transport.sent, protocol.transport.value()) == (b"\x81\x05h", b"ello")


def test_a_frame_waits_behind_the_octets_that_were_written_before_it(protocol):
    protocol.transport = Transport(unsent=1)
    protocol.write(Frame("hello"))
    assert (protocol.transport.sent, protocol.transport.value()) == (b"", b"\x81\x05hello")


def test_a_lost_connection_is_left_to_twisted(protocol):
    protocol.transport = Transport(accepts=ConnectionError())
    protocol.write(Frame("hello"))
    assert protocol.transport.value() == b"\x81\x05hello"


def test_nothing_is_handed_to_the_kernel_while_the_connection_is_closing(protocol):
    protocol.transport.loseConnection()
    protocol.write(Frame("hello"))
    assert protocol.transport.sent == b""


def test_nothing_is_written_to_a_closed_socket(protocol):
    protocol.state = RoomProtocol.STATE_CLOSED
    protocol.write(Frame("hello"))
    assert (protocol.transport.sent, protocol.transport.value()) == (b"", b"")


def test_a_reader_who_is_too_slow_is_disconnected(protocol):
    protocol.transport = Transport(unsent=UNSENT_LIMIT + 1)
    protocol.write(Frame("hello"))
    assert (protocol.transport.aborted, protocol.transport.value()) == (True, b"")


def test_a_page_that_floods_the_server_is_disconnected(protocol):
    class Queue(list):
        qsize = list.__len__
        put_nowait = list.append

    protocol.application_queue = Queue()
    for _ in range(UNREAD_LIMIT + 9):
        protocol.onMessage(b"{}", isBinary=False)
    assert len(protocol.application_queue) == UNREAD_LIMIT + 1
    assert protocol.transport.aborted


def test_install_makes_daphne_use_our_protocol(monkeypatch):
    monkeypatch.setattr(WebSocketFactory, "protocol", None)
    daphne_protocol.install()
    assert WebSocketFactory.protocol is RoomProtocol


async def test_the_scope_contains_the_protocol(protocol):
    seen = {}

    async def application(scope, receive, send):
        seen["protocol"] = daphne_protocol.protocol_of(scope)

    async def handle_reply(protocol, message):
        pass

    send = partial(handle_reply, protocol)
    await daphne_protocol.expose(application)({"type": "websocket"}, None, send)
    assert seen["protocol"] is protocol
    await daphne_protocol.expose(application)({"type": "websocket"}, None, handle_reply)
    assert seen["protocol"] is None


def test_what_autobahn_sends_is_handed_to_the_kernel_at_once(protocol):
    protocol.sendData(b"HTTP/1.1 101 Switching Protocols")
    assert protocol.transport.sent == b"HTTP/1.1 101 Switching Protocols"


def test_autobahn_still_formats_values_for_debug_messages() -> None:
    """If not, `install` need not replace these functions any more."""
    for module, names in DEBUG_FORMATTERS.items():
        for name in names:
            assert f"{name}(" in inspect.getsource(module), (module.__name__, name)
