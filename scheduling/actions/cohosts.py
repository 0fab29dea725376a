"""Invitations to co-host a scheduled Space, which people accept or decline before it starts."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.blocking import hidden_ids
from accounts.locks import blockers
from accounts.models import Block, User
from accounts.models.user import in_good_standing
from core import shared_clock
from core.refusals import Refusal
from notifications.inbox import notify
from scheduling import rules, subjects
from scheduling.actions import open_pages, reminders, series_lock
from scheduling.models import CohostInvitation, CohostState
from scheduling.subjects import Subject
from spaces.actions.locks import lock_scheduled
from spaces.models import Space, State


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


def invite(space: Space, *, by: User, user: User, notify_user: bool = True) -> bool:
    """Invite a person to co-host, even if they declined before. Return False if they are invited or
    co-host already.

    Raises NotYours, NotScheduled, CannotCohost for the host themselves and for an account that is
    blocked, suspended or closed, and TooManyCohosts.
    """
    rules.require_host(space, by)
    if user == by or not user.is_active or user.is_suspended or user.pk in hidden_ids(by):
        raise CannotCohost(user.handle)
    with lock_scheduled(space):
        invitations = space.schedule.cohosts.exclude(state=CohostState.DECLINED)
        if invitations.filter(user=user).exists():
            return False
        if invitations.count() >= rules.MAX_COHOSTS:
            raise TooManyCohosts
        CohostInvitation.objects.update_or_create(
            schedule=space.schedule,
            user=user,
            defaults={"state": CohostState.INVITED, "answered_at": None},
        )
        open_pages.update(space)
        if notify_user:
            notify(
                user,
                kind=subjects.COHOST_INVITED,
                subject=str(Subject(space.public_id, space.schedule.moves)),
                text=f"{by.name} invites you to co-host “{space.title}”",
                url=space.get_absolute_url(),
                actor=by,
            )
    return True


def withdraw(space: Space, *, by: User, user: User) -> None:
    """Withdraw an invitation, even if it was accepted. Raises NotYours, NotScheduled and
    NoInvitation."""
    rules.require_host(space, by)
    with lock_scheduled(space):
        deleted, _ = space.schedule.cohosts.filter(user=user).delete()
        if not deleted:
            raise NoInvitation
        open_pages.update(space)


def accept(space: Space, *, user: User) -> None:
    """Accept the invitations to this Space and to the later ones of its series, and set a reminder
    for each. Raises NoInvitation, NotScheduled."""
    with _lock_with_following(space) as spaces:
        if blockers(user, space.host):  # the block is so new that the invitation still exists
            raise NoInvitation
        for each in _answer(spaces, user, CohostState.ACCEPTED):
            reminders.set_reminder(each, user=user)
        _notify_host(space, user, f"{user.name} will co-host “{space.title}”")


def decline(space: Space, *, user: User) -> None:
    """Decline the invitations to this Space and to the later ones of its series, even if they were
    accepted. Raises NoInvitation, NotScheduled."""
    with _lock_with_following(space) as spaces:
        _answer(spaces, user, CohostState.DECLINED)
        _notify_host(space, user, f"{user.name} won’t co-host “{space.title}”")


def withdraw_after_block(one: User, other: User) -> None:
    """Withdraw the invitations between two people of whom one has just blocked the other."""
    _withdraw_all(
        _open_invitations().filter(
            Q(user=one, schedule__space__host=other) | Q(user=other, schedule__space__host=one)
        )
    )


def withdraw_of(user: User) -> None:
    """Withdraw all invitations of a person whose account was closed or suspended."""
    _withdraw_all(_open_invitations().filter(user=user))


def withdraw_overlooked() -> int:
    """Withdraw the invitations of people who can't co-host any more, in case the signal about that
    was lost; return how many."""
    host, person = OuterRef("schedule__space__host"), OuterRef("user")
    is_blocked = Exists(Block.objects.filter(blocker=host, blocked=person))
    blocks_host = Exists(Block.objects.filter(blocker=person, blocked=host))
    can_not = Q(is_blocked) | Q(blocks_host) | ~in_good_standing("user__")
    return _withdraw_all(_open_invitations().filter(can_not))


def _open_invitations() -> QuerySet[CohostInvitation]:
    """Return the invitations that count for MAX_COHOSTS: of scheduled Spaces, and not declined."""
    scheduled = CohostInvitation.objects.filter(schedule__space__state=State.SCHEDULED)
    return scheduled.exclude(state=CohostState.DECLINED)


def _withdraw_all(invitations: QuerySet[CohostInvitation]) -> int:
    withdrawn = 0
    for each in invitations.select_related("schedule__space__host"):
        space = each.schedule.space
        with suppress(Refusal), lock_scheduled(space):  # it has started meanwhile, or was cancelled
            deleted, _ = CohostInvitation.objects.filter(pk=each.pk).delete()
            withdrawn += deleted
            open_pages.update(space)
    return withdrawn


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
            open_pages.update(space)
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
