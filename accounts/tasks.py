"""What the worker does for people: mail, so that nobody waits for a mail server."""

from functools import partial
from typing import Any

import structlog
from celery import Task, shared_task
from django.db import InterfaceError, OperationalError, transaction
from kombu.exceptions import OperationalError as BrokerError

from accounts import emails, letters

log = structlog.get_logger(__name__)

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


def post(kind: str, pk: int) -> None:
    """On commit; without Redis the decision stands, and its mail is lost and logged."""
    transaction.on_commit(partial(send_letter.delay, kind, pk), robust=True)


def queue(task: "Task[..., None]", *arguments: object) -> None:
    """For what somebody waits for: without Redis it is done at once, as slow as that may be."""
    try:
        task.delay(*arguments)
    except BrokerError as error:
        log.warning("task_not_queued", task=task.name, error=repr(error))
        task.run(*arguments)
