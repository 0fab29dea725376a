"""A scheduled Space goes live: when, by whom, and which of two simultaneous changes wins."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import blocking
from notifications.models import Broadcast
from scheduling import subjects
from scheduling.actions import cancelling, cohosts, planning, reminders, starting
from scheduling.actions.starting import MayNotStart
from scheduling.kinds import KINDS
from scheduling.rules import TooEarly
from spaces.actions.lifecycle import AlreadyLive, MayNotHost
from spaces.models import Space, State
from spaces.refusals import NotScheduled
from tests.concurrency import run_concurrently
from tests.factories import make_host, make_space, make_user
from tests.scheduling.hosting import moved_to, schedule

MINUTE = timedelta(minutes=1)


@pytest.fixture
def due(planned):
    """Hana's Space, which starts now."""
    Space.objects.update(starts_at=timezone.now())
    planned.refresh_from_db()
    return planned


@pytest.fixture
def coco(due):
    """An accepted co-host."""
    return make_cohost(due, "coco")


def make_cohost(space, handle):
    user = make_user(handle, name=handle.title())
    cohosts.invite(space, by=space.host, user=user)
    cohosts.accept(space, user=user)
    return user


def stage_of(space):
    return [(seat.user.handle, seat.role) for seat in space.participants.on_stage()]


def test_the_host_starts_the_space(due):
    starting.go_live(due, by=due.host)
    assert (due.state, stage_of(due)) == (State.LIVE, [("hana", "host")])


def test_a_space_can_be_started_at_the_earliest_ten_minutes_before_its_time(planned):
    Space.objects.update(starts_at=timezone.now() + 10 * MINUTE + timedelta(seconds=30))
    with pytest.raises(TooEarly) as refusal:
        starting.go_live(planned, by=planned.host)
    expected = "You can start it 10 minutes before its time, that is, in 1 minute."
    assert refusal.value.message == expected
    Space.objects.update(starts_at=timezone.now() + 10 * MINUTE)
    starting.go_live(planned, by=planned.host)
    assert planned.is_live


def test_a_cohost_starts_the_space_as_a_substitute_for_the_host(due, coco):
    starting.go_live(due, by=coco)
    assert stage_of(due) == [("coco", "host"), ("hana", "cohost")]


def test_the_other_cohosts_are_invited_to_the_stage(due, coco):
    make_cohost(due, "dana")
    starting.go_live(due, by=due.host)
    invited = due.invitations.values_list("user__handle", "role")
    assert set(invited) == {("coco", "cohost"), ("dana", "cohost")}


@pytest.mark.parametrize("blocker", ["host", "cohost"])
def test_a_cohost_across_a_block_cannot_start_the_space(due, coco, blocker):
    pair = (due.host, coco) if blocker == "host" else (coco, due.host)
    blocking.block(blocker=pair[0], blocked=pair[1])
    with pytest.raises(MayNotStart):
        starting.go_live(due, by=coco)


@pytest.mark.parametrize("answer", ["none", "invited", "declined", "withdrawn"])
def test_nobody_else_can_start_the_space(due, answer):
    person = make_user("nina")
    if answer != "none":
        cohosts.invite(due, by=due.host, user=person)
    if answer == "declined":
        cohosts.decline(due, user=person)
    if answer == "withdrawn":
        cohosts.accept(due, user=person)
        cohosts.withdraw(due, by=due.host, user=person)
    with pytest.raises(MayNotStart):
        starting.go_live(due, by=person)
    assert Space.objects.get().state == State.SCHEDULED


def test_the_hosting_gate_also_applies_when_a_scheduled_space_starts(due):
    due.host.follower_count = 3
    due.host.save()
    with pytest.raises(MayNotHost):
        starting.go_live(due, by=due.host)
    assert Space.objects.get().state == State.SCHEDULED


def test_a_host_with_another_live_space_cannot_start_the_space(due):
    running = make_space(due.host)
    with pytest.raises(AlreadyLive) as refusal:
        starting.go_live(due, by=due.host)
    assert refusal.value.space == running


def test_the_start_is_announced_at_once_and_other_reminders_are_cancelled(due, ana):
    reminders.set_reminder(due, user=ana)
    starting.go_live(due, by=due.host)
    kinds = [kind.name for kind in KINDS]
    found = Broadcast.objects.filter(kind__in=kinds).exclude(state=Broadcast.State.CANCELLED)
    assert [each.kind for each in found] == [subjects.REMINDER_LIVE]


@pytest.mark.integration
@pytest.mark.parametrize("other", ["cancel", "move", "start"])
def test_one_of_two_simultaneous_changes_wins(both_databases, other):
    space = schedule(make_host("hana"))
    Space.objects.update(starts_at=timezone.now() + 5 * MINUTE)
    later = timezone.now().replace(second=0, microsecond=0) + timedelta(hours=5)

    def act(number):
        found = Space.objects.select_related("host").get()
        if number == 0 or other == "start":
            starting.go_live(found, by=found.host)
        elif other == "cancel":
            cancelling.cancel(found, by=found.host)
        else:
            planning.edit(found, by=found.host, plan=moved_to(found, later))
        return number

    outcomes = run_concurrently(2, act)
    space.refresh_from_db()
    [lost] = [each for each in outcomes if isinstance(each, Exception)]
    [won] = [each for each in outcomes if not isinstance(each, Exception)]
    if other == "move" and won == 1:
        assert (type(lost), space.starts_at) == (TooEarly, later)
    else:
        assert type(lost) is NotScheduled
    ends = {("cancel", 1): State.CANCELLED, ("move", 1): State.SCHEDULED}
    assert space.state == ends.get((other, won), State.LIVE)
