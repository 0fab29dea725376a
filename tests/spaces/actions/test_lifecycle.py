from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone

from spaces.actions import lifecycle
from spaces.models import InvalidTransition, Participant, Role, Space, State, Topic
from spaces.models.space import TRANSITIONS
from spaces.refusals import NotLive
from spaces.signals import space_ended, space_went_live
from tests.concurrency import run_concurrently
from tests.factories import make_host, make_space, make_user


def test_a_space_can_make_exactly_these_transitions():
    assert {
        State.SCHEDULED: {State.LIVE, State.CANCELLED},
        State.LIVE: {State.ENDED},
    } == TRANSITIONS


def test_a_started_space_is_live_with_its_host_on_stage_and_muted(db):
    host = make_host()
    space = lifecycle.start(host=host, title="Rain", topics=Topic.objects.filter(slug="music"))
    assert (space.state, space.revision) == (State.LIVE, 1)
    assert [topic.slug for topic in space.topics.all()] == ["music"]
    seated = space.participants.get()
    assert (seated.user, seated.role, seated.muted) == (host, Role.HOST, True)


def test_a_host_needs_600_followers(db):
    with pytest.raises(lifecycle.MayNotHost) as refusal:
        lifecycle.start(host=make_user(followers=599), title="Rain")
    assert refusal.value.message == "Hosting needs 600 followers; you have 599."
    assert Space.objects.count() == 0


def test_early_access_lets_people_host_with_fewer_followers(db):
    host = make_user(followers=3)
    host.groups.add(Group.objects.get(name="Early access"))
    assert lifecycle.start(host=host, title="Rain").is_live


def test_a_host_who_drops_below_600_followers_keeps_the_live_space(space, host):
    host.follower_count = 12
    host.save()
    lifecycle.edit_details(space, by=host, title="Still here", topics=[])
    space.refresh_from_db()
    assert (space.state, space.title) == (State.LIVE, "Still here")


def test_a_host_can_have_only_one_live_space(space, host):
    with pytest.raises(lifecycle.AlreadyLive) as refusal:
        lifecycle.start(host=host, title="Another")
    assert refusal.value.space == space
    assert Space.objects.live().count() == 1


def test_a_host_can_start_again_after_the_end(space, host):
    lifecycle.end(space, by=host)
    assert lifecycle.start(host=host, title="Another").is_live


def test_the_end_is_final_and_records_its_time(space, host):
    lifecycle.end(space, by=host)
    assert (space.state, space.revision) == (State.ENDED, 2)
    assert space.ended_at >= space.started_at
    with pytest.raises(NotLive):
        lifecycle.end(space, by=host)
    with pytest.raises(InvalidTransition):
        space.transition(State.LIVE)
    assert space.journal.count() == 2


def test_details_of_an_ended_space_cannot_be_edited(space, host):
    lifecycle.end(space, by=host)
    with pytest.raises(NotLive):
        lifecycle.edit_details(space, by=host, title="Too late", topics=[])
    assert Space.objects.get().title == "What cities sound like"


def test_signals_for_start_and_end_are_sent_after_commit(db, django_capture_on_commit_callbacks):
    signals = []

    def live(space, **kwargs):
        signals.append(("live", space))

    def ended(space, **kwargs):
        signals.append(("ended", space))

    space_went_live.connect(live)
    space_ended.connect(ended)
    with django_capture_on_commit_callbacks(execute=True):
        space = make_space()
        lifecycle.end(space, by=space.host)
        assert signals == []
    assert signals == [("live", space), ("ended", space)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": State.LIVE, "started_at": None},
        {"state": State.LIVE, "ended_at": timezone.now()},
        {"state": State.ENDED, "ended_at": None},
        {"state": State.ENDED, "ended_at": timezone.now() - timedelta(days=9)},
    ],
)
def test_the_database_refuses_times_that_do_not_fit_the_state(space, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Space.objects.filter(pk=space.pk).update(**wrong)


def test_the_database_refuses_a_second_host(space):
    with pytest.raises(IntegrityError), transaction.atomic():
        Participant.objects.create(space=space, user=make_user(), role=Role.HOST, seat=1)


@pytest.mark.integration
def test_one_of_two_simultaneous_starts_succeeds(both_databases):
    host = make_host()
    outcomes = run_concurrently(
        2, lambda number: lifecycle.start(host=host, title=f"Number {number}")
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyLive", "Space"]
    assert Space.objects.live().count() == 1


@pytest.mark.integration
def test_one_of_two_simultaneous_ends_succeeds(both_databases):
    space = make_space()
    outcomes = run_concurrently(2, lambda _: lifecycle.end(Space.objects.get(), by=space.host))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "NotLive"]
    assert [row.kind for row in space.journal.all()] == ["stage_joined", "ended"]
