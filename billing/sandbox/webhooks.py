"""Sends the webhooks of a sandbox, in a thread."""

import http.client
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from billing.sandbox.events import Delivery
from billing.sandbox.sandbox import Sandbox

POLL = 0.2  # seconds
TIMEOUT = 10.0  # seconds for one request


class Webhooks:
    """`url` is the endpoint; `secret` signs the events that are sent to it."""

    def __init__(
        self, sandbox: Sandbox, url: str, secret: str, report: Callable[[str], None]
    ) -> None:
        self._sandbox, self._url, self._secret, self._report = sandbox, url, secret, report
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(TIMEOUT)

    def _run(self) -> None:
        while not self._stopped.wait(POLL):
            for delivery in self._sandbox.deliveries(due_only=True):
                if self._stopped.is_set():
                    return
                self._send(delivery)

    def _send(self, delivery: Delivery) -> None:
        headers = delivery.headers(self._secret, self._sandbox.state.clock())
        try:
            status = self._post(delivery.payload.encode(), headers)
        except (OSError, http.client.HTTPException) as error:
            self._sandbox.not_delivered(delivery, type(error).__name__)
            return
        if 200 <= status < 300:
            self._sandbox.delivered(delivery)
        else:
            self._sandbox.not_delivered(delivery, str(status))
            self._report(f"webhook {delivery.type} answered with {status}")

    def _post(self, body: bytes, headers: dict[str, str]) -> int:
        """Return the status. A redirect is not followed, as at Stripe."""
        parts = urlsplit(self._url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
        try:
            connection.request("POST", parts.path, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()
