"""Invitations to co-host a scheduled Space, which people accept or decline before it starts."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from accounts.blocking import hidden_ids
from accounts.models import User
from core import shared_clock
from core.refusals import Refusal
from notifications.inbox import notify
from scheduling import rules, subjects
from scheduling.actions import reminders, series_lock
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


def invite(space: Space, *, by: User, user: User, notify_user: bool = True) -> None:
    """Invite a person to co-host, also one who has declined before. Idempotent."""
    rules.require_host(space, by)
    if user == by or not user.is_active or user.is_suspended or user.pk in hidden_ids(by):
        raise CannotCohost(user.handle)
    with lock_scheduled(space):
        invitations = space.schedule.cohosts.exclude(state=CohostState.DECLINED)
        if invitations.filter(user=user).exists():
            return
        if invitations.count() >= rules.MAX_COHOSTS:
            raise TooManyCohosts
        CohostInvitation.objects.update_or_create(
            schedule=space.schedule,
            user=user,
            defaults={"state": CohostState.INVITED, "answered_at": None},
        )
        _send_on_commit(space)
        if not notify_user:
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
    """Withdraw an invitation, even if it was accepted. Raises NotYours, NotScheduled and
    NoInvitation."""
    rules.require_host(space, by)
    with lock_scheduled(space):
        deleted, _ = space.schedule.cohosts.filter(user=user).delete()
        if not deleted:
            raise NoInvitation
        _send_on_commit(space)


def accept(space: Space, *, user: User) -> None:
    """Accept the invitations to this Space and to the later ones of its series, and set a reminder
    for each. Raises NoInvitation, NotScheduled."""
    with _lock_with_following(space) as spaces:
        for each in _answer(spaces, user, CohostState.ACCEPTED):
            reminders.set_reminder(each, user=user)
        _notify_host(space, user, f"{user.name} will co-host “{space.title}”")


def decline(space: Space, *, user: User) -> None:
    """Decline the invitations to this Space and to the later ones of its series, even if they were
    accepted. Raises NoInvitation, NotScheduled."""
    with _lock_with_following(space) as spaces:
        _answer(spaces, user, CohostState.DECLINED)
        _notify_host(space, user, f"{user.name} won’t co-host “{space.title}”")


@contextmanager
def _lock_with_following(space: Space) -> Iterator[list[Space]]:
    repeats = space.schedule.series_id is not None
    with series_lock.lock(space, and_following=repeats) as schedules:
        yield [schedule.space for schedule in schedules]


def _answer(spaces: list[Space], user: User, state: CohostState) -> list[Space]:
    """Answer the person's invitations to these Spaces, and return the Spaces of those invitations.
    Raises NoInvitation if there is none to the first Space."""
    answerable = {CohostState.INVITED, CohostState.ACCEPTED} - {state}
    answered = []
    for space in spaces:
        invitations = space.schedule.cohosts.filter(user=user, state__in=answerable)
        if invitations.update(state=state, answered_at=shared_clock.now()):
            answered.append(space)
            _send_on_commit(space)
        elif space == spaces[0]:
            raise NoInvitation
    return answered


def _notify_host(space: Space, user: User, text: str) -> None:
    notify(
        space.host,
        kind=subjects.COHOST_ANSWERED,
        text=text,
        url=space.get_absolute_url(),
        actor=user,
    )


def _send_on_commit(space: Space) -> None:
    transaction.on_commit(lambda: space_rescheduled.send(Space, space=space))
