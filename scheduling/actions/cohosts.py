"""Co-hosts of a scheduled Space: invited beforehand, and they accept or decline."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from accounts.blocking import hidden_ids
from accounts.models import User
from core import shared_clock
from core.refusals import Refusal
from notifications.inbox import notify
from scheduling import rules, subjects
from scheduling.actions import following, reminders
from scheduling.models import CohostInvitation, CohostState
from scheduling.subjects import Subject
from spaces.actions.locks import lock_scheduled
from spaces.models import Space
from spaces.signals import space_rescheduled


class CannotCohost(Refusal):
    """The message is the same for a blocked and a closed account, so that it reveals neither."""

    def __init__(self, handle: str) -> None:
        super().__init__("cannot_cohost", f"@{handle} can’t co-host this Space.")


class TooManyCohosts(Refusal):
    def __init__(self) -> None:
        message = f"A Space has {rules.MAX_COHOSTS} co-hosts at most."
        super().__init__("too_many_cohosts", message)


class NoInvitation(Refusal):
    def __init__(self) -> None:
        super().__init__("no_invitation", "This invitation is no longer open.")


def invite(space: Space, *, by: User, user: User, notified: bool = True) -> None:
    """Invite a person to co-host; who declined can be invited again. Idempotent."""
    rules.require_host(space, by)
    if user == by or not user.is_active or user.is_suspended or user.pk in hidden_ids(by):
        raise CannotCohost(user.handle)
    with lock_scheduled(space):
        asked = space.schedule.cohosts.exclude(state=CohostState.DECLINED)
        if asked.filter(user=user).exists():
            return
        if asked.count() >= rules.MAX_COHOSTS:
            raise TooManyCohosts
        CohostInvitation.objects.update_or_create(
            schedule=space.schedule,
            user=user,
            defaults={"state": CohostState.INVITED, "answered_at": None},
        )
        _send_on_commit(space)
        if not notified:
            return
        notify(
            user,
            kind=subjects.COHOST_INVITED,
            subject=str(Subject(space.public_id, space.schedule.moves)),
            text=f"{by.name} invites you to co-host “{space.title}”",
            url=space.get_absolute_url(),
            actor=by,
        )


def withdraw(space: Space, *, by: User, user: User) -> None:
    """Take back an invitation, also one that was accepted."""
    rules.require_host(space, by)
    with lock_scheduled(space):
        deleted, _ = space.schedule.cohosts.filter(user=user).delete()
        if not deleted:
            raise NoInvitation
        _send_on_commit(space)


def accept(space: Space, *, user: User) -> None:
    """Co-host the Space, and the following ones of its series to which one is invited, with a
    reminder. Raises NoInvitation, NotScheduled."""
    with _lock_with_following(space) as spaces:
        for each in _answer(spaces, user, CohostState.ACCEPTED):
            reminders.set_reminder(each, user=user)
        _tell_host(space, user, f"{user.name} will co-host “{space.title}”")


def decline(space: Space, *, user: User) -> None:
    """Decline, or step back after having accepted; likewise for the following ones of its series.
    Raises NoInvitation, NotScheduled."""
    with _lock_with_following(space) as spaces:
        _answer(spaces, user, CohostState.DECLINED)
        _tell_host(space, user, f"{user.name} won’t co-host “{space.title}”")


@contextmanager
def _lock_with_following(space: Space) -> Iterator[list[Space]]:
    repeats = space.schedule.series_id is not None
    with following.lock(space, following=repeats) as schedules:
        yield [schedule.space for schedule in schedules]


def _answer(spaces: list[Space], user: User, state: CohostState) -> list[Space]:
    """Answer the invitations to these Spaces, the first of which must be open. Return the Spaces
    to which the person was invited."""
    answerable = {CohostState.INVITED, CohostState.ACCEPTED} - {state}
    answered = []
    for space in spaces:
        waiting = space.schedule.cohosts.filter(user=user, state__in=answerable)
        if waiting.update(state=state, answered_at=shared_clock.now()):
            answered.append(space)
            _send_on_commit(space)
        elif space == spaces[0]:
            raise NoInvitation
    return answered


def _tell_host(space: Space, user: User, text: str) -> None:
    notify(
        space.host,
        kind=subjects.COHOST_ANSWERED,
        text=text,
        url=space.get_absolute_url(),
        actor=user,
    )


def _send_on_commit(space: Space) -> None:
    transaction.on_commit(lambda: space_rescheduled.send(Space, space=space))
