"""A real SMTP server (aiosmtpd) on a free loopback port; it can refuse e-mails and hang up."""

import email
import email.policy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from config.redis_server import free_port


class Mailbox:
    """Collects e-mails. Each RCPT or DATA command takes the next answer of `recipient_answers` or
    `data_answers`, if there is one; otherwise it succeeds."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.recipient_answers: list[str] = []
        self.data_answers: list[str] = []
        self.connections = 0
        self.host, self.port = "", 0
        # Called with the number of e-mails so far, before the server answers.
        self.on_received: Callable[[int], None] = lambda number: None

    async def handle_HELO(self, server: Any, session: Any, envelope: Any, hostname: str) -> str:
        session.host_name = hostname
        return "250 localhost"

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.recipient_answers:
            return self.recipient_answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        answer = self.data_answers.pop(0) if self.data_answers else "250 OK"
        if answer == "hang up":
            server.transport.abort()
            return "250 nobody reads this"
        if answer.startswith("250"):
            parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.received.append(parsed)  # type: ignore[arg-type]
            self.on_received(len(self.received))
        return answer


@contextmanager
def serving(mailbox: Mailbox) -> Iterator[tuple[str, int]]:
    """Yield the server's host and port."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.hostname, controller.port
    finally:
        controller.stop()
