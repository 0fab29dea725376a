"""What a block between two people does to a live Space: its host is not among whom they block."""

from collections.abc import Iterable
from contextlib import suppress

from accounts.models import User
from core import person_keys
from core.refusals import Refusal
from spaces.actions import moderation
from spaces.models import Space
from spaces.room import presence

REASON = "Blocked by the host"


def put_out(*, host: User, user: User) -> None:
    """Whom a host blocks leaves the Space that they host, on every path."""
    for space in Space.objects.live().filter(host=host):
        _remove(space, [user])


def put_out_all(space: Space) -> None:
    """Whoever hosts from now on is not among people whom they block.

    Who has only lost the host's place stays: it is theirs when they return.
    """
    space.refresh_from_db()
    blocked = User.objects.filter(blocked_by__blocker=space.host)
    people = {user.key: user for user in blocked if user.pk != space.host_before_id}
    seated = set(
        map(person_keys.of_account, space.stage.on_stage().values_list("user_id", flat=True))
    )
    # While Redis cannot say who is here: those who are find out at their next step.
    here = presence.here(space.public_id, list(people)) or set()
    _remove(space, [people[key] for key in people if key in seated | here])


def _remove(space: Space, people: Iterable[User]) -> None:
    for user in people:
        with suppress(Refusal):  # it ended meanwhile, or has another host
            moderation.remove(space, user=user, by=space.host, reason=REASON)
