"""The sandbox as a web server, for this machine only."""

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

from billing.sandbox.errors import ApiError
from billing.sandbox.faults import TimedOut
from billing.sandbox.pages import site
from billing.sandbox.responses import Response, as_json
from billing.sandbox.sandbox import MAX_BODY, Sandbox

MAX_DIGITS = 18  # of a Content-Length; int() raises an error if there are thousands of them
IDLE = 30  # seconds after which a silent connection is closed
LOCAL = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?")


class NotLocal(Exception):
    """Other machines could reach this address."""


class Server(ThreadingHTTPServer):
    """Answers API calls, and requests of browsers. Raises NotLocal if the address is not local."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, sandbox: Sandbox, host: str, port: int) -> None:
        if not ip_address(host).is_loopback:
            raise NotLocal(f"{host} can be reached from other machines.")
        self.sandbox = sandbox
        super().__init__((host, port), Handler)


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "SpacesSandbox", ""
    timeout = IDLE

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length:
            self._send(_refusal(411, "Send a Content-Length."), close=True)
        elif not (length.isascii() and length.isdigit()):
            self._send(_refusal(400, "Content-Length must be a number."), close=True)
        elif len(length) > MAX_DIGITS or int(length) > MAX_BODY:
            self._send(_refusal(413, "Request body is too large."), close=True)
        else:
            self._answer(self.rfile.read(int(length)))

    def _answer(self, body: bytes) -> None:
        # If a host name of another site resolved to 127.0.0.1, its pages could read ours.
        if not LOCAL.fullmatch(self.headers.get("Host", "")):
            self._send(_refusal(421, "The sandbox answers only on this machine."), close=True)
            return
        headers = dict(self.headers.items())
        sandbox = self.server.sandbox
        try:
            if self.path.startswith(("/v1/", "/v2/")):
                response = sandbox.handle(self.command, self.path, headers, body)
            else:
                response = site.handle(sandbox, self.command, self.path, headers, body)
        except TimedOut:
            self.close_connection = True
            return
        self._send(response)

    def _send(self, response: Response, *, close: bool = False) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        if close:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(response.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: the control page shows what happened."""


def _refusal(status: int, text: str) -> Response:
    return as_json(status, {"error": ApiError(status, text).error}, {})
