"""Request bodies are bounded while they arrive.

daphne reads a whole body, into memory or a temporary file, before the application sees the request.
A limit in Django or in an ASGI middleware therefore comes too late: by then the bytes have been
read. Here the request is refused as soon as its length is declared, or once a chunked body has
brought more than the limit, and nothing further is read from that connection. The names of daphne
and Twisted used here are pinned by requirements.lock and held by
tests/integration/test_request_bodies.py.
"""

import asyncio
import io
import json
from typing import IO

from daphne import http_protocol
from django.conf import settings

from config import headers
from config.errors import WORDS

PATIENCE = 2.0  # seconds that the client has to read why, before the connection is cut
TOO_LARGE = 413


class BoundedRequest(http_protocol.WebRequest):
    """daphne's request with a limit on its body."""

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
        """A chunked body can end in the same read that brought it over the limit."""
        if not self.is_refused:
            super().requestReceived(command, path, version)

    def _refuse(self) -> None:
        self.is_refused = True
        self.content.close()
        self.content = io.BytesIO()
        self.requestHeaders.removeHeader(b"Expect")  # else Twisted would ask for the body
        self.channel.persistent = False
        transport = self.channel.transport
        transport.write(_answer(self.requestHeaders.getRawHeaders(b"Accept", [b""])[0]))
        transport.loseWriteConnection()
        # Reading on, even to throw it away, would let one upload keep the process busy.
        transport.pauseProducing()
        asyncio.get_running_loop().call_later(PATIENCE, transport.abortConnection)


def _answer(accept: bytes) -> bytes:
    """The whole response: nothing of Django has seen this request."""
    code, message = WORDS[TOO_LARGE]
    if b"text/html" in accept:
        kind, text = "text/html", f"<!doctype html><title>Too large</title><p>{message}</p>"
    else:
        kind, text = "application/json", json.dumps({"code": code, "message": message})
    body = text.encode()
    given = [
        (b"content-type", f"{kind}; charset=utf-8".encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    head = [b": ".join(header) for header in headers.complete(given, path="")]
    return b"\r\n".join([b"HTTP/1.1 413 Content Too Large", *head, b"", body])
