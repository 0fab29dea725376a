"""Tasks that send e-mails in the worker, so that nobody waits for a mail server."""

from typing import Any

from celery import shared_task
from django.db import InterfaceError, OperationalError

from accounts import emails, sign_in_emails
from core.queueing import queue_on_commit

# Retry during an outage of the mail server or the database: 8 times, with growing pauses of at most
# 10 minutes. After a longer outage the e-mail is lost.
RETRIES: dict[str, Any] = {
    "autoretry_for": (OSError, OperationalError, InterfaceError),
    "retry_backoff": 10,
    "max_retries": 8,
}


@shared_task(**RETRIES)
def send_email(kind: str, pk: int) -> None:
    emails.send(kind, pk)


@shared_task(**RETRIES)
def send_rendered_email(subject: str, body: str, address: str) -> None:
    sign_in_emails.send(subject, body, address)


@shared_task(**RETRIES)
def send_confirmation(pk: int) -> None:
    sign_in_emails.send_confirmation(pk)


@shared_task(**RETRIES)
def send_password_reset(address: str) -> None:
    sign_in_emails.send_password_reset(address)


def send_email_on_commit(kind: str, pk: int) -> None:
    queue_on_commit(send_email, kind, pk)
