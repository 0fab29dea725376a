"""Blocks in live Spaces: a host never shares their Space with people whom they block."""

from collections.abc import Iterable
from contextlib import suppress

from accounts.models import User
from core import person_keys
from core.refusals import Refusal
from spaces.actions import moderation
from spaces.models import Space
from spaces.room import presence

REASON = "Blocked by the host"


def remove_blocked(*, host: User, user: User) -> None:
    """Remove `user`, whom the host has just blocked, from the Space that they host."""
    for space in Space.objects.live().filter(host=host):
        _remove(space, [user])


def remove_all_blocked(space: Space) -> None:
    """Remove everyone whom the new host blocks.

    A former host who only lost their connection stays: they are host again when they return.
    """
    space.refresh_from_db()
    blocked = User.objects.filter(blocked_by__blocker=space.host)
    people = {user.key: user for user in blocked if user.pk != space.host_before_id}
    seated = set(
        map(person_keys.of_account, space.stage.on_stage().values_list("user_id", flat=True))
    )
    # While Redis is away, admission refuses blocked listeners at their next request.
    here = presence.connected(space.public_id, list(people)) or set()
    _remove(space, [people[key] for key in people if key in seated | here])


def _remove(space: Space, people: Iterable[User]) -> None:
    for user in people:
        with suppress(Refusal):  # it ended meanwhile, or has another host
            moderation.remove(space, user=user, by=space.host, reason=REASON)
