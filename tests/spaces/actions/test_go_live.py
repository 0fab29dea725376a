"""A scheduled Space is started by its host or by a substitute."""

import pytest
from django.utils import timezone

from spaces.actions import lifecycle, succession
from spaces.actions.locks import lock_scheduled
from spaces.models import Role, Space, State
from spaces.refusals import NotLive, NotScheduled
from spaces.signals import space_went_live
from tests.factories import make_host, make_scheduled_space, make_space, make_user


@pytest.fixture
def scheduled(db):
    return make_scheduled_space(make_host("hana", name="Hana"))


def stage_of(space):
    return [(seat.user.handle, seat.role, seat.muted) for seat in space.participants.on_stage()]


def test_the_host_starts_the_space_and_is_on_stage_and_muted(
    scheduled, django_capture_on_commit_callbacks
):
    started = []

    def note(space, **kwargs):
        started.append(space)

    space_went_live.connect(note)
    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.go_live(scheduled, by=scheduled.host)
    assert (scheduled.state, stage_of(scheduled)) == (State.LIVE, [("hana", Role.HOST, True)])
    assert [row.kind for row in scheduled.journal.all()] == ["stage_joined"]
    assert started == [scheduled]


def test_a_substitute_hosts_until_the_host_comes(scheduled):
    host, coco = scheduled.host, make_user("coco")
    lifecycle.go_live(scheduled, by=coco)
    assert stage_of(scheduled) == [("coco", Role.HOST, True), ("hana", Role.COHOST, True)]
    assert (scheduled.host, scheduled.host_before) == (coco, host)
    succession.update(scheduled, {coco.key, host.key}, timezone.now())
    assert (scheduled.host, stage_of(scheduled)[0]) == (host, ("hana", Role.HOST, True))


def test_a_space_cannot_start_if_its_host_has_too_few_followers(scheduled):
    scheduled.host.follower_count = 12
    scheduled.host.save()
    for person, message in (
        (scheduled.host, "Hosting needs 600 followers; you have 12."),
        (make_host("coco"), "Hosting needs 600 followers; Hana has 12."),
    ):
        with pytest.raises(lifecycle.MayNotHost) as refusal:
            lifecycle.go_live(scheduled, by=person)
        assert refusal.value.message == message
    assert Space.objects.get().state == State.SCHEDULED


def test_a_person_who_hosts_another_live_space_cannot_start_a_scheduled_one(scheduled):
    running = make_space(scheduled.host)
    with pytest.raises(lifecycle.AlreadyLive) as refusal:
        lifecycle.go_live(scheduled, by=scheduled.host)
    assert (refusal.value.space, Space.objects.scheduled().get()) == (running, scheduled)


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (State.LIVE, "This Space is live already."),
        (State.ENDED, "This Space has ended."),
        (State.CANCELLED, "This Space was cancelled already."),
    ],
)
def test_only_a_scheduled_space_can_be_started(scheduled, state, message):
    now = timezone.now()
    ended = now if state == State.ENDED else None
    started = None if state == State.CANCELLED else now
    Space.objects.update(state=state, started_at=started, ended_at=ended)
    with pytest.raises(NotScheduled) as refusal:
        lifecycle.go_live(scheduled, by=scheduled.host)
    assert refusal.value.message == message


def test_a_scheduled_space_has_no_room_yet(scheduled):
    with pytest.raises(NotLive) as refusal:
        lifecycle.end(scheduled, by=scheduled.host)
    assert refusal.value.message == "This Space has not started yet."


def test_the_lock_reads_the_current_state(scheduled):
    lifecycle.go_live(Space.objects.get(), by=scheduled.host)
    with pytest.raises(NotScheduled), lock_scheduled(scheduled):
        pytest.fail("It is live.")
