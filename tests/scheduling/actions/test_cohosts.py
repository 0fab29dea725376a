"""Co-hosts are invited before the start, and accept or decline."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import blocking, closing
from notifications.models import Notification
from safety import suspension
from scheduling import tasks
from scheduling.actions import cohosts, starting
from scheduling.actions.cohosts import CannotCohost, NoInvitation, TooManyCohosts
from scheduling.actions.starting import MayNotStart
from scheduling.models import CohostInvitation, CohostState, Reminder
from scheduling.rules import NotYours
from spaces.models import Space, State
from spaces.signals import space_rescheduled
from tests.factories import make_host, make_user
from tests.scheduling.hosting import schedule


def states(space):
    return list(space.schedule.cohosts.values_list("user__handle", "state"))


def texts(user):
    return list(
        Notification.objects.filter(user=user).order_by("pk").values_list("text", flat=True)
    )


def test_an_invited_person_accepts_and_is_reminded(planned, ana):
    cohosts.invite(planned, by=planned.host, user=ana)
    assert states(planned) == [("ana", CohostState.INVITED)]
    assert texts(ana) == ["Hana invites you to co-host “Rain”"]
    cohosts.accept(planned, user=ana)
    assert states(planned) == [("ana", CohostState.ACCEPTED)]
    assert Reminder.objects.get().user == ana
    assert texts(planned.host) == ["Ana will co-host “Rain”"]
    assert Space.objects.get().edits == 2, "open pages show co-hosts, too"


def test_an_invited_person_declines_and_can_be_invited_again(planned, ana):
    cohosts.invite(planned, by=planned.host, user=ana)
    cohosts.decline(planned, user=ana)
    assert states(planned) == [("ana", CohostState.DECLINED)]
    with pytest.raises(NoInvitation):
        cohosts.accept(planned, user=ana)
    cohosts.invite(planned, by=planned.host, user=ana)
    assert states(planned) == [("ana", CohostState.INVITED)]
    assert len(texts(ana)) == 1, "the same invitation is not announced twice"


def test_a_cohost_can_withdraw_after_accepting(planned, ana):
    cohosts.invite(planned, by=planned.host, user=ana)
    cohosts.accept(planned, user=ana)
    cohosts.decline(planned, user=ana)
    assert states(planned) == [("ana", CohostState.DECLINED)]


def test_without_an_invitation_there_is_nothing_to_accept(planned, ana):
    for answer in (cohosts.accept, cohosts.decline):
        with pytest.raises(NoInvitation):
            answer(planned, user=ana)


def test_a_space_has_at_most_two_cohosts(planned, ana, ben):
    cohosts.invite(planned, by=planned.host, user=ana)
    assert cohosts.invite(planned, by=planned.host, user=ben) is True
    assert cohosts.invite(planned, by=planned.host, user=ben) is False
    with pytest.raises(TooManyCohosts):
        cohosts.invite(planned, by=planned.host, user=make_user("cem"))
    cohosts.withdraw(planned, by=planned.host, user=ana)
    cohosts.invite(planned, by=planned.host, user=make_user("dana"))
    assert len(states(planned)) == 2


def test_only_the_host_can_invite_and_withdraw(planned, ana, ben):
    with pytest.raises(NotYours):
        cohosts.invite(planned, by=ana, user=ben)
    cohosts.invite(planned, by=planned.host, user=ben)
    with pytest.raises(NotYours):
        cohosts.withdraw(planned, by=ana, user=ben)
    assert states(planned) == [("ben", CohostState.INVITED)]


@pytest.mark.parametrize("reason", ["oneself", "blocks", "blocked", "closed"])
def test_people_who_cannot_cohost_are_not_invited_and_the_reason_is_not_revealed(
    planned, ana, reason
):
    host, person = planned.host, ana
    if reason == "oneself":
        person = host
    elif reason == "blocks":
        blocking.block(blocker=ana, blocked=host)
    elif reason == "blocked":
        blocking.block(blocker=host, blocked=ana)
    else:
        ana.is_active = False
    with pytest.raises(CannotCohost) as refusal:
        cohosts.invite(planned, by=host, user=person)
    assert refusal.value.message == f"@{person.handle} can’t co-host this Space."
    assert not CohostInvitation.objects.exists()


def test_one_answer_counts_for_the_whole_series(db, ana):
    first = schedule(make_host("hana", name="Hana"), every_weeks=1, occurrences=3, invited=[ana])
    assert (CohostInvitation.objects.count(), len(texts(ana))) == (3, 1)
    cohosts.accept(first, user=ana)
    assert CohostInvitation.objects.filter(state=CohostState.ACCEPTED).count() == 3
    assert Reminder.objects.filter(user=ana).count() == 3


@pytest.fixture
def full(planned, ana, ben):
    """A Space of Hana's, which Ana co-hosts and to which Ben is invited."""
    cohosts.invite(planned, by=planned.host, user=ana)
    cohosts.invite(planned, by=planned.host, user=ben)
    cohosts.accept(planned, user=ana)
    return planned


@pytest.mark.parametrize("by_host", [True, False])
@pytest.mark.parametrize("handle", ["ana", "ben"])
def test_a_block_withdraws_the_invitation_of_a_cohost(
    full, ana, ben, by_host, handle, django_capture_on_commit_callbacks
):
    person, other = (ana, ben) if handle == "ana" else (ben, ana)
    pair = (full.host, person) if by_host else (person, full.host)
    changed = []

    def note(space, **kwargs):
        changed.append(space)

    space_rescheduled.connect(note)
    with django_capture_on_commit_callbacks(execute=True):
        blocking.block(blocker=pair[0], blocked=pair[1])
    assert [name for name, _ in states(full)] == [other.handle]
    assert changed == [full]
    cohosts.invite(full, by=full.host, user=make_user("cem"))
    blocking.unblock(blocker=pair[0], blocked=pair[1])
    with pytest.raises(NoInvitation):
        cohosts.accept(full, user=person)
    Space.objects.update(starts_at=timezone.now() + timedelta(minutes=5))
    with pytest.raises(MayNotStart):
        starting.go_live(full, by=person)


def test_a_block_withdraws_the_invitations_to_all_spaces_of_a_series(
    db, ana, django_capture_on_commit_callbacks
):
    first = schedule(make_host("hana"), every_weeks=1, occurrences=3, invited=[ana])
    cohosts.accept(first, user=ana)
    with django_capture_on_commit_callbacks(execute=True):
        blocking.block(blocker=ana, blocked=first.host)
    assert not CohostInvitation.objects.exists()


def test_a_block_between_cohosts_or_in_a_cancelled_space_changes_nothing(
    full, ana, ben, django_capture_on_commit_callbacks
):
    before = states(full)
    with django_capture_on_commit_callbacks(execute=True):
        blocking.block(blocker=ana, blocked=ben)
    assert states(full) == before
    full.transition(State.CANCELLED)
    with django_capture_on_commit_callbacks(execute=True):
        blocking.block(blocker=ana, blocked=full.host)
    assert states(full) == before


def test_an_invitation_cannot_be_accepted_right_after_a_block(full, ben):
    blocking.block(blocker=full.host, blocked=ben)
    with pytest.raises(NoInvitation):
        cohosts.accept(full, user=ben)


def test_closing_an_account_withdraws_its_invitations(
    full, ana, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        closing.close(ana)
    assert states(full) == [("ben", CohostState.INVITED)]


@pytest.mark.parametrize("reason", ["blocked", "blocks", "suspended", "closed"])
def test_the_periodic_task_withdraws_invitations_if_the_signal_was_lost(full, ana, staff, reason):
    if reason == "suspended":
        suspension.suspend(ana, until=None, reason="Spam", by=staff)
    elif reason == "closed":
        closing.close(ana)
    elif reason == "blocks":
        blocking.block(blocker=ana, blocked=full.host)
    else:
        blocking.block(blocker=full.host, blocked=ana)
    assert len(states(full)) == 2
    tasks.cancel_overdue()
    assert states(full) == [("ben", CohostState.INVITED)]
