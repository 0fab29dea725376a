"""What the worker does for people: mail, so that nobody waits for a mail server."""

from functools import partial

from celery import shared_task
from django.db import InterfaceError, OperationalError, transaction

from accounts import letters


# The mail server or the database was away: neither is a reason to lose a mail.
@shared_task(
    autoretry_for=(OSError, OperationalError, InterfaceError), retry_backoff=10, max_retries=8
)
def send_letter(kind: str, pk: int) -> None:
    letters.send(kind, pk)


def post(kind: str, pk: int) -> None:
    """On commit; without Redis the decision stands, and its mail is lost and logged."""
    transaction.on_commit(partial(send_letter.delay, kind, pk), robust=True)
