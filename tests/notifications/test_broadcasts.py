"""Broadcasts reach everyone in the audience once, even if a worker stops in the middle."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from notifications import broadcasts, expansion, registry, sending
from notifications.models import Broadcast, Delivery, Notification, Preference
from notifications.models.delivery import State
from tests.concurrency import run_concurrently
from tests.factories import make_user

HOUR = timedelta(hours=1)


def now():
    return timezone.now()


@pytest.fixture
def people(both_databases, push, monkeypatch):
    """The ids of 35 people. They are notified in chunks of 10; `expand_due(seconds=-1)` has no time
    left after the first chunk."""
    monkeypatch.setattr(expansion, "CHUNK", 10)
    return {make_user().pk for _ in range(35)}


@pytest.fixture
def no_tasks(monkeypatch):
    """Expand broadcasts only when the test calls `expand_due`."""
    monkeypatch.setattr("notifications.tasks.start_expansion", lambda: None)


def test_everyone_in_the_audience_gets_one_delivery(people, no_tasks):
    broadcasts.plan("news", "hello", now())
    assert expansion.expand_due(seconds=60) is False
    rows = Delivery.objects.order_by("position").values_list("user_id", "position", "channel")
    assert list(rows) == [(pk, place, "push") for place, pk in enumerate(sorted(people), start=1)]
    done = Broadcast.objects.get()
    assert (done.state, done.recipients) == (Broadcast.State.DONE, 35)


def test_a_broadcast_that_is_due_is_sent_at_once(people, push):
    broadcasts.plan("news", "hello", now())
    assert {pk for pk, _ in push.accepted} == people
    assert len(push.accepted) == 35


def test_a_broadcast_is_not_expanded_before_it_is_due(people, push):
    broadcasts.plan("news", "hello", now() + HOUR)
    expansion.expand_due()
    assert Delivery.objects.count() == 0


def test_several_workers_share_a_broadcast(people, no_tasks):
    broadcasts.plan("news", "hello", now())
    run_concurrently(4, lambda number: expansion.expand_due(seconds=60))
    assert set(Delivery.objects.values_list("user_id", flat=True)) == people
    assert Broadcast.objects.get().recipients == 35


def test_another_worker_continues_a_broadcast(people, no_tasks):
    broadcasts.plan("news", "hello", now())
    assert expansion.expand_due(seconds=-1) is True
    assert (Delivery.objects.count(), Broadcast.objects.get().state) == (10, "expanding")
    expansion.expand_due(seconds=60)
    assert Delivery.objects.count() == 35


def test_a_broadcast_that_was_due_earlier_comes_before_one_that_has_begun(people, no_tasks):
    broadcasts.plan("news", "long", now())
    expansion.expand_due(seconds=-1)
    broadcasts.plan("page_news", "short", now() - HOUR)
    expansion.expand_due(seconds=-1)
    assert set(Delivery.objects.values_list("kind", flat=True)) == {"news", "page_news"}


def test_planning_a_waiting_broadcast_again_moves_it(people, no_tasks):
    broadcasts.plan("news", "hello", now())
    later = now() + HOUR
    broadcasts.plan("news", "hello", later)
    assert Broadcast.objects.get().due_at == later
    assert expansion.expand_due() is False
    assert Delivery.objects.count() == 0


def test_planning_a_finished_broadcast_again_does_not_repeat_it(people, no_tasks):
    broadcasts.plan("news", "hello", now())
    expansion.expand_due(seconds=60)
    broadcasts.plan("news", "hello", now() - HOUR)
    expansion.expand_due(seconds=60)
    assert Delivery.objects.count() == 35


def test_a_cancelled_broadcast_creates_and_sends_no_more_deliveries(people, push, no_tasks):
    broadcasts.plan("news", "hello", now())
    expansion.expand_due(seconds=-1)
    assert broadcasts.cancel("news", "hello") is True
    expansion.expand_due(seconds=60)
    sending.send_due("push", seconds=60)
    assert set(Delivery.objects.values_list("state", "reason")) == {(State.SKIPPED, "cancelled")}
    assert (Delivery.objects.count(), push.accepted) == (10, [])
    assert broadcasts.cancel("news", "hello") is False


def test_a_broadcast_needs_a_kind_with_an_audience(db):
    with pytest.raises(ValueError, match="no audience"):
        broadcasts.plan("report", "x", now())


def test_a_broken_audience_does_not_stop_other_broadcasts(people, no_tasks, monkeypatch):
    broadcasts.plan("news", "hello", now() - HOUR)
    broadcasts.plan("page_news", "hello", now())

    def broken(kind):
        if kind == "news":
            raise LookupError
        return found(kind)

    found = registry.kind
    monkeypatch.setattr(registry, "kind", broken)
    expansion.expand_due(seconds=60)
    states = dict(Broadcast.objects.values_list("kind", "state"))
    assert states == {"news": Broadcast.State.WAITING, "page_news": Broadcast.State.DONE}


def test_people_who_turned_a_channel_off_get_no_delivery(people, no_tasks):
    opted_out = User.objects.first()
    Preference.objects.create(user=opted_out, kind="news", channel="push", on=False)
    broadcasts.plan("news", "hello", now())
    expansion.expand_due(seconds=60)
    assert set(Delivery.objects.values_list("user_id", flat=True)) == people - {opted_out.pk}


def test_a_broadcast_to_pages_shows_each_person_their_own_text(people):
    broadcasts.plan("page_news", "hello", now())
    shown = set(Notification.objects.values_list("user__handle", "text"))
    assert shown == {(user.handle, f"hello for {user.handle}") for user in User.objects.all()}


def test_a_broadcast_that_is_found_too_late_is_missed(people, push):
    broadcasts.plan("news", "hello", now() - HOUR)
    assert set(Delivery.objects.values_list("state", "reason")) == {(State.MISSED, "late")}
    assert push.accepted == []
