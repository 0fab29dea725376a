"""Refusals, in words for a person. Views and sockets turn them into answers."""

from collections.abc import Mapping


class Refusal(Exception):
    """`code` is stable, `message` says what happened and what to do next, `status` is HTTP's."""

    status = 409

    def __init__(self, code: str, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status or self.status
        self.headers: Mapping[str, str] = {}  # of the answer to a script

    def body(self) -> dict[str, str]:
        """The refusal for scripts, in HTTP answers and frames (docs/protocol.md)."""
        return {"code": self.code, "message": self.message}
