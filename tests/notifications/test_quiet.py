"""Notifications that are not urgent wait until the person's quiet hours are over."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from notifications import inbox, quiet, registry, zones
from notifications.models import Delivery, NotificationSettings
from notifications.push import subscriptions
from tests.factories import make_user, signed_in
from tests.notifications.push.test_subscriptions import make_browser, subscribe

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
NIGHT = (time(22), time(7))
NOON = (time(12), time(14))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "hours", "end"),
    [
        ("2026-11-29 21:30", NIGHT, "2026-11-30 06:00"),  # 22:30 in Berlin
        ("2026-11-30 05:59", NIGHT, "2026-11-30 06:00"),
        ("2026-11-30 06:00", NIGHT, None),
        ("2026-11-29 20:59", NIGHT, None),
        ("2026-11-29 21:00", NIGHT, "2026-11-30 06:00"),
        ("2026-11-30 11:30", NOON, "2026-11-30 13:00"),
        ("2026-11-30 13:00", NOON, None),
        # Clocks go forward on 29 March 2026, and back on 25 October.
        ("2026-03-28 23:00", NIGHT, "2026-03-29 05:00"),
        ("2026-10-24 23:00", NIGHT, "2026-10-25 06:00"),
        ("2026-03-28 23:00", (time(22), time(2, 30)), "2026-03-29 01:30"),  # 2:30 does not exist
        ("2026-10-25 00:15", (time(22), time(2, 30)), "2026-10-25 00:30"),  # 2:30 comes twice
    ],
)
def test_quiet_hours_end_at_the_chosen_local_time(moment, hours, end):
    found = quiet.end_of_quiet(at(moment), *hours, BERLIN)
    assert found == (at(end) if end else None)


def test_quiet_hours_are_in_the_persons_zone():
    assert quiet.end_of_quiet(at("2026-11-30 03:30"), *NIGHT, NEW_YORK) == at("2026-11-30 12:00")
    assert quiet.end_of_quiet(at("2026-11-30 02:30"), *NIGHT, NEW_YORK) is None


@pytest.fixture
def asleep(ana):
    NotificationSettings.objects.create(
        user=ana, zone="Europe/Berlin", quiet_from=NIGHT[0], quiet_until=NIGHT[1]
    )
    subscribe(signed_in(ana), make_browser())
    assert subscriptions.current(ana)
    return ana


def test_notifications_that_are_not_urgent_wait(asleep, ben, time_machine):
    time_machine.move_to(at("2026-11-30 02:00"), tick=False)
    inbox.notify(asleep, kind="reply", text="Ben replied", subject="post:1", actor=ben)
    row = Delivery.objects.get(channel="push")
    assert (row.state, row.due_at) == ("due", at("2026-11-30 06:00"))
    assert row.late_at > row.due_at
    assert asleep.notifications.count() == 1  # the page does not wait


def test_urgent_notifications_do_not_wait(asleep):
    night = at("2026-11-30 02:00")
    assert quiet.delay(asleep, "sign_in", night) == night
    assert quiet.delay(asleep, "reply", night) == at("2026-11-30 06:00")


def test_people_without_quiet_hours_are_not_delayed(asleep, ben, django_assert_num_queries):
    night = at("2026-11-30 02:00")
    people = [asleep.pk, ben.pk, make_user().pk]
    with django_assert_num_queries(1):
        delays = quiet.delays(registry.kind("reply"), people, night)
    assert delays == {asleep.pk: at("2026-11-30 06:00")}


def test_the_browsers_zone_is_saved_once(as_ana, ana):
    assert as_ana.post("/notifications/zone/", {"zone": "Asia/Calcutta"}).status_code == 204
    assert zones.of(ana) == ZoneInfo("Asia/Kolkata")
    as_ana.post("/notifications/zone/", {"zone": "Europe/Berlin"})
    assert zones.of(ana) == ZoneInfo("Asia/Kolkata")
    zones.remember(ana, "Europe/Berlin")
    assert zones.of(ana) == BERLIN


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "Factory", "x" * 10_000])
def test_an_unknown_zone_is_refused(as_ana, ana, zone):
    assert as_ana.post("/notifications/zone/", {"zone": zone}).json()["code"] == "bad_zone"
    assert zones.of(ana) == ZoneInfo("UTC")
