"""The numbers of the queue of deliveries, in `/healthz` and the admin."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config import probes
from config.probes import Unhealthy
from notifications import queue_report
from notifications.models import Broadcast, Delivery
from notifications.models.delivery import FINAL, State
from tests.factories import make_user, signed_in

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def make_delivery(*, ago, state=State.DUE, finished=None, **fields):
    now = timezone.now()
    due_at = now - ago * SECOND
    return Delivery.objects.create(
        kind="report",
        subject="x",
        user=make_user(),
        channel="push",
        state=state,
        due_at=due_at,
        next_try_at=due_at,
        late_at=now,
        finished_at=now - finished * SECOND if finished is not None else None,
        **fields,
    )


def test_waiting_deliveries_are_counted_with_the_age_of_the_oldest():
    make_delivery(ago=-100)
    make_delivery(ago=20)
    make_delivery(ago=40, position=1)
    make_delivery(ago=5, state=State.SENDING)
    found = queue_report.report()
    assert (found.due, found.later, found.sending) == (2, 1, 1)
    assert 20 <= found.oldest_single < 25
    assert 40 <= found.oldest_of_broadcast < 45


def test_finished_deliveries_of_the_last_hour_are_counted_by_state():
    for number, state in enumerate(FINAL, start=1):
        for _ in range(number):
            make_delivery(ago=60, state=state, finished=30)
    make_delivery(ago=9000, state=State.SENT, finished=7200)
    assert queue_report.report().last_hour == {
        "sent": 1,
        "missed": 2,
        "skipped": 3,
        "uncertain": 4,
    }


def test_an_unfinished_broadcast_is_counted_when_it_is_due():
    for subject, ago in (("a", 5), ("b", -5)):
        at = timezone.now() - ago * SECOND
        Broadcast.objects.create(kind="went_live", subject=subject, due_at=at, next_at=at)
    assert queue_report.report().broadcasts_due == 1


@pytest.mark.django_db(transaction=True)  # the probe closes its connection
def test_healthz_fails_if_due_single_deliveries_are_not_sent():
    make_delivery(ago=500, position=1)
    assert probes._count_deliveries()["due"] == 1
    make_delivery(ago=90)
    with pytest.raises(Unhealthy, match=r"2 are due, the oldest for 9\d s"):
        probes._count_deliveries()


def test_the_admin_shows_the_queue_above_the_deliveries_and_filters_them():
    make_delivery(ago=20)
    make_delivery(ago=60, state=State.MISSED, finished=30, reason="late")
    client = signed_in(make_user(is_staff=True, is_superuser=True))
    page = client.get("/admin/notifications/delivery/").text
    assert "1 due, 0 being sent, 0 later." in page
    assert "0 sent, 1 missed, 0 skipped, 0 uncertain." in page
    missed = client.get("/admin/notifications/delivery/?state__exact=missed")
    assert [row.reason for row in missed.context["cl"].queryset] == ["late"]
