from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import engines

from core.times import in_short


def test_the_same_moment_has_another_weekday_across_the_date_line():
    at = datetime(2026, 11, 30, 10, 30, tzinfo=UTC)
    now = datetime(2026, 11, 1, tzinfo=UTC)
    assert in_short(at, ZoneInfo("Pacific/Kiritimati"), now) == "Tue 1 Dec, 00:30"
    assert in_short(at, ZoneInfo("Pacific/Pago_Pago"), now) == "Sun 29 Nov, 23:30"


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(minutes=5), "today 22:05"),
        (timedelta(hours=3), "tomorrow 01:00"),
        (timedelta(days=2), "Tue 22:00"),
        (timedelta(days=6), "Sat 22:00"),
        (timedelta(days=7), "Sun 6 Dec, 22:00"),
        (timedelta(days=40), "Fri 8 Jan 2027, 22:00"),
        (timedelta(days=-1), "Sat 28 Nov, 22:00"),
    ],
)
def test_a_time_is_as_short_as_its_distance_allows(ahead, words):
    now = datetime(2026, 11, 29, 21, tzinfo=UTC)
    assert in_short(now + ahead, ZoneInfo("Europe/Berlin"), now) == words


def test_a_page_shows_a_time_in_utc_until_its_script_shows_the_time_of_the_viewer(time_machine):
    time_machine.move_to("2026-11-29 21:00:00Z")
    template = engines["django"].from_string(
        "{% load times %}{% local_time at %} {% local_time at 'date' %} {% date_tile at %}"
    )
    at = datetime(2026, 12, 1, 17, 30, tzinfo=UTC)
    stamp = 'datetime="2026-12-01T17:30:00.000Z"'
    assert template.render({"at": at}) == (
        f'<time {stamp} data-time="short" dir="auto">Tue 17:30 UTC</time> '
        f'<time {stamp} data-time="date" dir="auto">Tuesday 1 December</time> '
        '<span class="date-tile" aria-hidden="true">'
        f'<time {stamp} data-time="month" dir="auto">Dec</time>'
        f'<time {stamp} data-time="day" dir="auto">1</time></span>'
    )
