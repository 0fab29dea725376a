"""E-mails that the worker sends, so that nobody waits for a mail server."""

from typing import Any

from celery import shared_task
from django.db import InterfaceError, OperationalError

from accounts import emails, letters
from core.queueing import queue_on_commit

# The mail server or the database was away: neither is a reason to lose a mail.
RETRIES: dict[str, Any] = {
    "autoretry_for": (OSError, OperationalError, InterfaceError),
    "retry_backoff": 10,
    "max_retries": 8,
}


@shared_task(**RETRIES)
def send_letter(kind: str, pk: int) -> None:
    letters.send(kind, pk)


@shared_task(**RETRIES)
def send_email(subject: str, body: str, address: str) -> None:
    emails.send(subject, body, address)


@shared_task(**RETRIES)
def send_confirmation(pk: int) -> None:
    emails.send_confirmation(pk)


@shared_task(**RETRIES)
def send_password_reset(address: str) -> None:
    emails.send_password_reset(address)


def send_letter_on_commit(kind: str, pk: int) -> None:
    queue_on_commit(send_letter, kind, pk)
