"""The real stripe library on top of a sandbox in this process, without sockets or pauses."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import stripe

from billing.sandbox.faults import TimedOut
from billing.sandbox.sandbox import KEY, Sandbox


class InProcess(stripe.HTTPClient):
    """Carries the library's requests to a sandbox.

    With `max_network_retries`, the library repeats a call at once.
    """

    name = "in-process"

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self._sandbox = sandbox
        self.calls: list[tuple[str, str]] = []  # method and path of each request

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        self.calls.append((method.upper(), parts.path))
        try:
            answer = self._sandbox.handle(method.upper(), path, headers or {}, post_data or b"")
        except TimedOut as error:
            raise stripe.APIConnectionError("No answer", should_retry=True) from error
        return answer.body.decode(), answer.status, answer.headers

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0.0

    def close(self) -> None:
        """Do nothing, because there are no connections."""


def connect(sandbox: Sandbox, *, max_network_retries: int = 0) -> stripe.StripeClient:
    """Return the real client; its requests go to this sandbox."""
    return stripe.StripeClient(
        KEY,
        base_addresses={"api": sandbox.state.url},
        http_client=InProcess(sandbox),
        max_network_retries=max_network_retries,
    )
