"""Backpressure for streamed responses: send only as fast as the client reads.

daphne writes everything that the application sends into Twisted's buffer, so with a slow client, a
whole download would accumulate there. When a part of a streamed body has filled the buffer, this
module makes the application wait until the buffer is empty. A client that then reads nothing for a
minute is disconnected.
The code uses internals of daphne and Twisted, whose versions are pinned in requirements.lock; see
tests/integration/test_slow_downloads.py.
"""

import asyncio
from functools import partial
from typing import Any

import structlog
from daphne import http_protocol

from config.request_bodies import BoundedRequest
from core.sockets.daphne_protocol import unsent_by

log = structlog.get_logger(__name__)

PATIENCE = 60.0  # seconds in which a client must read something


class Pace:
    """A push producer: Twisted notifies it when a connection's buffer is full or empty again."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._may_continue = asyncio.Event()
        self._may_continue.set()

    def pauseProducing(self) -> None:
        self._may_continue.clear()

    def resumeProducing(self) -> None:
        self._may_continue.set()

    def stopProducing(self) -> None:
        """Stop waiting, because the connection is closed."""
        self._may_continue.set()

    async def wait(self) -> None:
        """If the buffer is full, wait until the client has read everything that was sent, or has
        disconnected."""
        while not self._may_continue.is_set():
            unsent = unsent_by(self._transport)
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._may_continue.wait()
            except TimeoutError:
                if unsent_by(self._transport) >= unsent:
                    log.info("slow_download_dropped", unsent=unsent)
                    self._transport.abortConnection()
                    return


class PacedRequest(BoundedRequest):
    """daphne's request with backpressure for streamed responses."""

    pace: Pace | None = None

    def handle_reply(self, message: dict[str, Any]) -> None:
        is_open = not self.finished and self.channel is not None
        if is_open and message.get("more_body") and self.pace is None:
            self.pace = Pace(self.channel.transport)
            self.registerProducer(self.pace, True)
        super().handle_reply(message)

    def finish(self) -> None:
        if self.producer is not None and self.channel is not None:
            self.unregisterProducer()
        super().finish()

    def connectionLost(self, reason: Any) -> None:
        if self.pace is not None:
            self.pace.stopProducing()
        super().connectionLost(reason)


def install() -> None:
    """Make daphne use PacedRequest."""
    replaceable: Any = http_protocol
    replaceable.WebRequest = PacedRequest


def paced(application: Any) -> Any:
    """Wrap the ASGI application for HTTP, so that streamed responses wait for slow clients."""

    async def with_pace(scope: Any, receive: Any, send: Any) -> None:
        async def send_and_wait(message: dict[str, Any]) -> None:
            await send(message)
            if request is not None and request.pace is not None and message.get("more_body"):
                await request.pace.wait()

        request = _request_behind(send)
        await application(scope, receive, send_and_wait)

    return with_pace


def _request_behind(send: Any) -> PacedRequest | None:
    """Return daphne's request, or None with another server and in tests without a server."""
    given = send.args if isinstance(send, partial) else ()
    return next((each for each in given if isinstance(each, PacedRequest)), None)
