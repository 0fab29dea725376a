"""Refusals: errors with a message for people. Views and sockets turn them into responses."""

from collections.abc import Mapping


class Refusal(Exception):
    """A refusal. `code` never changes, `message` says what happened and what to do next, and
    `status` is the HTTP status."""

    status = 409

    def __init__(self, code: str, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status or self.status
        self.headers: Mapping[str, str] = {}  # of the HTTP response

    def body(self) -> dict[str, str]:
        """Return the refusal for scripts, in HTTP responses and frames (docs/protocol.md)."""
        return {"code": self.code, "message": self.message}
