"""Ask the audio nodes to reconcile a Space once the change is committed."""

from django.db import transaction

from audio.reconcile import request_reconcile as request_reconcile_of_room
from spaces.models import Space


def request_reconcile(space: Space) -> None:
    transaction.on_commit(lambda: request_reconcile_of_room(space.public_id))


def request_reconcile_all() -> None:
    """Reconcile every room: for changes that concern a person wherever they are."""
    transaction.on_commit(lambda: request_reconcile_of_room(""))
