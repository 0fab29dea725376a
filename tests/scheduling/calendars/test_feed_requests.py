"""How calendars fetch a feed again and again: conditionally, and not too often."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.http import http_date

from accounts.blocking import block
from scheduling.models import Reminder, Schedule
from spaces.models import Space, State
from tests.scheduling.calendars.reading import feed_of, file_of
from tests.scheduling.rows import make_planned, set_reminders

pytestmark = pytest.mark.django_db


def test_an_unchanged_feed_is_answered_without_a_body(client, ana):
    make_planned(ana)
    for address in ("/@ana/calendar.ics", feed_of(ana), file_of(Space.objects.get())):
        first = client.get(address)
        for header in (
            {"If-None-Match": first["ETag"]},
            {"If-Modified-Since": first["Last-Modified"]},
        ):
            again = client.get(address, headers=header)
            assert (again.status_code, again.content) == (304, b"")
            assert again["ETag"] == first["ETag"]
        assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200
        long_ago = http_date(timezone.now().timestamp() - 3600)
        assert client.get(address, headers={"If-Modified-Since": long_ago}).status_code == 200


def test_calendars_may_cache_a_feed_but_must_revalidate_it(client, ana):
    assert client.get("/@ana/calendar.ics")["Cache-Control"] == "private, no-cache"


def changes():
    """Return functions that change a private feed; calendars must detect each of these changes."""

    def move(space, ana):
        Space.objects.filter(pk=space.pk).update(starts_at=space.starts_at + timedelta(days=1))

    def cancel(space, ana):
        Space.objects.filter(pk=space.pk).update(state=State.CANCELLED)

    def edit(space, ana):
        Schedule.objects.filter(space=space).update(sequence=1)

    def unset_reminder(space, ana):
        Reminder.objects.filter(user=ana).delete()

    def be_blocked(space, ana):
        block(blocker=space.host, blocked=ana)

    return [move, cancel, edit, unset_reminder, be_blocked]


@pytest.mark.parametrize("change", changes(), ids=lambda change: change.__name__)
def test_a_conditional_request_by_date_or_tag_detects_a_change(client, ana, change, time_machine):
    time_machine.move_to("2026-11-29 12:00:00Z")
    space = set_reminders(make_planned(), ana)
    address = feed_of(ana)
    first = client.get(address)
    time_machine.move_to("2026-11-29 12:10:00Z")
    change(space, ana)
    time_machine.move_to("2026-11-29 12:20:00Z")
    tag, date = {"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}
    for header in (tag, date):
        answer = client.get(address, headers=header)
        assert answer.status_code == 200
        assert answer.content != first.content
        assert answer["Last-Modified"] == "Sun, 29 Nov 2026 12:20:00 GMT"


def test_a_head_request_has_the_headers_of_the_feed(client, ana):
    make_planned(ana)
    answer = client.head("/@ana/calendar.ics")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["ETag"] == client.get("/@ana/calendar.ics")["ETag"]


def test_a_feed_that_is_fetched_too_often_is_refused_with_retry_after(
    client, ana, monkeypatch, redis_server
):
    monkeypatch.setattr("scheduling.views.calendars.PER_FEED", "2/minute")
    address = feed_of(ana)
    answers = [client.get(address) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2]["Retry-After"]) > 0
    assert answers[2]["Content-Type"] == "text/plain; charset=utf-8"


def test_a_network_that_tries_many_urls_is_refused(client, db, monkeypatch, redis_server):
    monkeypatch.setattr("scheduling.views.calendars.PER_NETWORK", "3/minute")
    answers = [client.get(f"/schedule/calendar/{number}.ics").status_code for number in range(5)]
    assert answers == [404, 404, 404, 429, 429]


@pytest.mark.parametrize("planned", [1, 4])
def test_query_counts_of_feeds_do_not_grow_with_spaces(
    client, ana, planned, django_assert_num_queries
):
    for _ in range(planned):
        make_planned(ana)
        make_planned(ana).transition(State.CANCELLED)
    address = feed_of(ana)
    with django_assert_num_queries(3):  # the feed with its owner, the Spaces, their topics
        client.get(address)
    with django_assert_num_queries(3):  # the host, the Spaces, their topics
        client.get("/@ana/calendar.ics")
