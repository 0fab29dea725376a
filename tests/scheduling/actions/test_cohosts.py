"""Co-hosts are invited beforehand, and accept or decline."""

import pytest

from accounts import blocking
from notifications.models import Notification
from scheduling.actions import cohosts
from scheduling.actions.cohosts import CannotCohost, NoInvitation, TooManyCohosts
from scheduling.models import CohostInvitation, CohostState, Reminder
from scheduling.rules import NotYours
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


def test_an_invited_person_declines_and_can_be_invited_again(planned, ana):
    cohosts.invite(planned, by=planned.host, user=ana)
    cohosts.decline(planned, user=ana)
    assert states(planned) == [("ana", CohostState.DECLINED)]
    with pytest.raises(NoInvitation):
        cohosts.accept(planned, user=ana)
    cohosts.invite(planned, by=planned.host, user=ana)
    assert states(planned) == [("ana", CohostState.INVITED)]
    assert len(texts(ana)) == 1, "the same invitation is not announced twice"


def test_a_cohost_steps_back(planned, ana):
    cohosts.invite(planned, by=planned.host, user=ana)
    cohosts.accept(planned, user=ana)
    cohosts.decline(planned, user=ana)
    assert states(planned) == [("ana", CohostState.DECLINED)]


def test_without_an_invitation_there_is_nothing_to_accept(planned, ana):
    for answer in (cohosts.accept, cohosts.decline):
        with pytest.raises(NoInvitation):
            answer(planned, user=ana)


def test_there_are_two_cohosts_at_most(planned, ana, ben):
    cohosts.invite(planned, by=planned.host, user=ana)
    cohosts.invite(planned, by=planned.host, user=ben)
    cohosts.invite(planned, by=planned.host, user=ben)
    with pytest.raises(TooManyCohosts):
        cohosts.invite(planned, by=planned.host, user=make_user("cem"))
    cohosts.withdraw(planned, by=planned.host, user=ana)
    cohosts.invite(planned, by=planned.host, user=make_user("dana"))
    assert len(states(planned)) == 2


def test_only_the_host_invites_and_takes_back(planned, ana, ben):
    with pytest.raises(NotYours):
        cohosts.invite(planned, by=ana, user=ben)
    cohosts.invite(planned, by=planned.host, user=ben)
    with pytest.raises(NotYours):
        cohosts.withdraw(planned, by=ana, user=ben)
    assert states(planned) == [("ben", CohostState.INVITED)]


@pytest.mark.parametrize("reason", ["oneself", "blocks", "blocked", "closed"])
def test_who_cannot_cohost_is_not_invited_and_the_reason_stays_secret(planned, ana, reason):
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
