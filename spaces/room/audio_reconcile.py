"""Request that audio nodes reconcile, after the current transaction is committed."""

from django.db import transaction

from audio.reconcile import request_reconcile as request_reconcile_of_room
from spaces.models import Space


def request_reconcile(space: Space) -> None:
    transaction.on_commit(lambda: request_reconcile_of_room(space.public_id))


def request_reconcile_all() -> None:
    """Request that nodes reconcile every room, since the person concerned may be in any of them."""
    transaction.on_commit(lambda: request_reconcile_of_room(""))
