"""Blocks in live Spaces: people whom the host blocks are removed from the Space."""

from collections.abc import Iterable
from contextlib import suppress

from accounts.models import User
from core import person_keys
from core.refusals import Refusal
from spaces.actions import removals
from spaces.models import Space
from spaces.room import presence

REASON = "Blocked by the host"


def remove_blocked(*, host: User, user: User) -> None:
    """Remove `user`, whom `host` has just blocked, from the host's live Space."""
    for space in Space.objects.live().filter(host=host):
        _remove(space, [user])


def remove_all_blocked(space: Space) -> None:
    """Remove the people on the stage or in the room whom the new host blocks.

    A former host who only lost their connection is not removed, since they become host again when
    they return.
    """
    space.refresh_from_db()
    blocked = User.objects.filter(blocked_by__blocker=space.host)
    people = {user.key: user for user in blocked if user.pk != space.host_before_id}
    seated = set(
        map(person_keys.of_account, space.participants.on_stage().values_list("user_id", flat=True))
    )
    # If Redis is unreachable, admission still refuses blocked listeners at their next request.
    connected = presence.connected(space.public_id, list(people)) or set()
    _remove(space, [people[key] for key in people if key in seated | connected])


def _remove(space: Space, people: Iterable[User]) -> None:
    for user in people:
        with suppress(Refusal):  # the Space has ended meanwhile, or its host has changed
            removals.remove(space, user=user, by=space.host, reason=REASON)
