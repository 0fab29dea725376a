"""Update the open pages that show a scheduled Space."""

from django.db import transaction
from django.db.models import F

from spaces.models import Space
from spaces.signals import space_rescheduled


def update(space: Space) -> None:
    """After the commit, let open pages fetch again what they show of this Space. Call this in the
    transaction that changes the Space."""
    Space.objects.filter(pk=space.pk).update(edits=F("edits") + 1)
    transaction.on_commit(lambda: space_rescheduled.send(Space, space=space))
