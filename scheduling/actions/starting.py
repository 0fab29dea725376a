"""Start a scheduled Space."""

from contextlib import suppress

from accounts.models import User
from core import shared_clock
from core.refusals import Refusal
from scheduling import announcements, rules
from scheduling.models import CohostState
from spaces.actions import invitations, lifecycle
from spaces.actions.locks import lock_scheduled
from spaces.models import Role, Space


class MayNotStart(Refusal):
    status = 403

    def __init__(self) -> None:
        super().__init__("may_not_start", "Only the host and co-hosts can start this Space.")


def go_live(space: Space, *, by: User) -> None:
    """Start the Space, at the earliest 10 minutes before its time. Notify everyone with a reminder,
    and invite the other co-hosts to the stage.

    A co-host who starts it is the host's substitute (`lifecycle.go_live`). Raises MayNotStart,
    TooEarly, NotScheduled, MayNotHost and AlreadyLive.
    """
    with lock_scheduled(space):
        if not rules.may_start(space, by):
            raise MayNotStart
        now = shared_clock.now()
        rules.require_not_early(space, now)
        schedule = space.schedule
        lifecycle.go_live(space, by=by)
        announcements.cancel_reminders(schedule)
        announcements.announce_start(schedule, now=now)
        accepted = schedule.cohosts.filter(state=CohostState.ACCEPTED).exclude(user=by)
        for each in accepted.select_related("user"):
            with suppress(Refusal):
                invitations.invite(space, by=by, user=each.user, role=Role.COHOST)
