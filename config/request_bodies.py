"""Limit the size of request bodies while they are received.

daphne reads a whole body, into memory or a temporary file, before the application sees the request.
So a limit in Django or in an ASGI middleware would come too late. This module refuses a request as
soon as it declares too large a length, or its chunked body exceeds the limit; nothing more is read
from that connection. The code uses internals of daphne and Twisted, whose versions are pinned in
requirements.lock; see tests/integration/test_request_bodies.py.
"""

import asyncio
import io
import json
from typing import IO

from daphne import http_protocol
from django.conf import settings

from config import headers
from config.errors import MESSAGES
from core.refusals import Refusal

PATIENCE = 2.0  # seconds for the client to read the response before the connection is closed
TOO_LARGE = 413


class BoundedRequest(http_protocol.WebRequest):
    """daphne's request with a limit on the size of its body."""

    content: IO[bytes]
    bytes_received = 0
    is_refused = False

    def gotLength(self, length: int | None) -> None:
        super().gotLength(length)
        if length is not None and length > settings.MAX_REQUEST_BODY:
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:
        if self.is_refused:
            return
        self.bytes_received += len(data)
        if self.bytes_received > settings.MAX_REQUEST_BODY:
            self._refuse()
        else:
            super().handleContentChunk(data)

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:
        """Ignore a refused request. Data that exceeds the limit may also complete the request."""
        if not self.is_refused:
            super().requestReceived(command, path, version)

    def _refuse(self) -> None:
        self.is_refused = True
        self.content.close()
        self.content = io.BytesIO()
        self.requestHeaders.removeHeader(b"Expect")  # otherwise Twisted would request the body
        self.channel.persistent = False
        transport = self.channel.transport
        transport.write(_response(self.requestHeaders.getRawHeaders(b"Accept", [b""])[0]))
        transport.loseWriteConnection()
        # Reading and discarding the rest would let one upload keep the process busy.
        transport.pauseProducing()
        asyncio.get_running_loop().call_later(PATIENCE, transport.abortConnection)


def _response(accept: bytes) -> bytes:
    """Return the complete HTTP response, because this request never reaches Django."""
    code, message = MESSAGES[TOO_LARGE]
    if b"text/html" in accept:
        kind, text = "text/html", f"<!doctype html><title>Too large</title><p>{message}</p>"
    else:
        kind, text = "application/json", json.dumps(Refusal(code, message).body())
    body = text.encode()
    given = [
        (b"content-type", f"{kind}; charset=utf-8".encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    head = [b": ".join(header) for header in headers.complete(given, path="")]
    return b"\r\n".join([b"HTTP/1.1 413 Content Too Large", *head, b"", body])
