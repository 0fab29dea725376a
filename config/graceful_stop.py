"""Stop a web process without losing requests or events. This uses internals of daphne.

daphne would cancel all requests and close all sockets in the moment of SIGTERM. A command might
have been executed, but its page would get an error; and hundreds of pages would connect to the
other web processes at once. So a process that is stopped accepts no more connections, answers the
requests that it has begun, and closes its sockets a few at a time.
"""

import asyncio
from math import ceil
from typing import Any, cast

import structlog
from daphne.server import Server  # installs the reactor, so it must come first
from twisted.internet import reactor as twisted_reactor
from twisted.internet.defer import Deferred
from twisted.internet.tcp import Port

from core.sockets import close_codes
from core.sockets.daphne_protocol import RoomProtocol

log = structlog.get_logger(__name__)
reactor = cast(Any, twisted_reactor)  # Twisted declares it without its methods

PATIENCE = 10.0  # seconds after which daphne cancels what has not ended
SPREAD = 3.0  # seconds in which all sockets are closed
STEP = 0.1  # seconds
MIN_AT_ONCE = 5  # sockets that are closed in one step, even if there are few


def install() -> None:
    """Make daphne's servers stop gracefully."""
    cancel_all = Server.kill_all_applications

    def stop(server: Server) -> "Deferred[Any]":
        finished = Deferred.fromFuture(asyncio.ensure_future(_finish(server)))
        return finished.addBoth(lambda _: cancel_all(server))

    Server.kill_all_applications = stop


async def _finish(server: Server) -> None:
    _stop_listening()
    sockets = [each for each in _unfinished(server) if isinstance(each, RoomProtocol)]
    at_once = max(MIN_AT_ONCE, ceil(len(sockets) * STEP / SPREAD))
    log.info("stopping", sockets=len(sockets))
    clock = asyncio.get_running_loop().time
    until = clock() + PATIENCE
    while (unfinished := _unfinished(server)) or _has_unsent_data():
        if clock() > until:
            log.warning("stopped_early", unfinished=len(unfinished))
            return
        for socket in _open_sockets(unfinished)[:at_once]:
            socket.serverClose(close_codes.RESTARTING)
        await asyncio.sleep(STEP)


def _stop_listening() -> None:
    for reader in reactor.getReaders():
        if isinstance(reader, Port):
            reader.stopListening()  # type: ignore[no-untyped-call]


def _unfinished(server: Server) -> list[Any]:
    """Return the protocols of the requests that are being answered, and of all sockets."""
    return [
        protocol
        for protocol, details in server.connections.items()
        if (application := details.get("application_instance")) and not application.done()
    ]


def _open_sockets(protocols: list[Any]) -> list[RoomProtocol]:
    """Leave out sockets whose handshake has not ended, or that are being closed."""
    return [
        each
        for each in protocols
        if isinstance(each, RoomProtocol) and each.state == each.STATE_OPEN
    ]


def _has_unsent_data() -> bool:
    return bool(reactor.getWriters())
