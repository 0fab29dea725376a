"""Tell the audio nodes to look at a Space once the change is committed."""

from django.db import transaction

from audio.nudge import nudge as nudge_room
from spaces.models import Space


def nudge(space: Space) -> None:
    transaction.on_commit(lambda: nudge_room(space.public_id))


def nudge_all() -> None:
    """Look at every room: for what concerns a person wherever they are."""
    transaction.on_commit(lambda: nudge_room(""))
