from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import time_zones
from scheduling import wall_time
from scheduling.wall_time import NotATime

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
LORD_HOWE, APIA, KIRITIMATI = "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati"


def resolved(local, zone):
    """Return the UTC time of a local one, both as text."""
    wanted = datetime.fromisoformat(local)
    return f"{wall_time.resolve(wanted.date(), wanted.time(), zone).at:%Y-%m-%d %H:%M}"


def note(local, zone):
    wanted = datetime.fromisoformat(local)
    return wall_time.resolve(wanted.date(), wanted.time(), zone).note


@pytest.mark.parametrize(
    ("local", "zone", "utc"),
    [
        # Clocks change in Berlin: 29 March, 02:00 to 03:00; 25 October, 03:00 to 02:00
        ("2026-03-28 18:00", BERLIN, "2026-03-28 17:00"),
        ("2026-03-29 01:59", BERLIN, "2026-03-29 00:59"),
        ("2026-03-29 03:00", BERLIN, "2026-03-29 01:00"),
        ("2026-03-29 18:00", BERLIN, "2026-03-29 16:00"),
        ("2026-10-25 01:59", BERLIN, "2026-10-24 23:59"),
        ("2026-10-25 02:00", BERLIN, "2026-10-25 00:00"),
        ("2026-10-25 02:59", BERLIN, "2026-10-25 00:59"),
        ("2026-10-25 03:00", BERLIN, "2026-10-25 02:00"),
        # Clocks change in New York: 8 March, 02:00 to 03:00; 1 November, 02:00 to 01:00
        ("2026-03-08 01:59", NEW_YORK, "2026-03-08 06:59"),
        ("2026-03-08 03:00", NEW_YORK, "2026-03-08 07:00"),
        ("2026-11-01 01:30", NEW_YORK, "2026-11-01 05:30"),
        ("2026-11-01 02:00", NEW_YORK, "2026-11-01 07:00"),
        # Clocks change on Lord Howe: 4 October, 02:00 to 02:30; 5 April, 02:00 to 01:30
        ("2026-10-04 01:59", LORD_HOWE, "2026-10-03 15:29"),
        ("2026-10-04 02:30", LORD_HOWE, "2026-10-03 15:30"),
        ("2026-04-05 01:29", LORD_HOWE, "2026-04-04 14:29"),
        ("2026-04-05 01:30", LORD_HOWE, "2026-04-04 14:30"),
        ("2026-04-05 02:00", LORD_HOWE, "2026-04-04 15:30"),
        # Both sides of the date line
        ("2026-11-30 00:30", KIRITIMATI, "2026-11-29 10:30"),
        ("2026-11-29 23:30", "Pacific/Pago_Pago", "2026-11-30 10:30"),
        ("2011-12-29 23:59", APIA, "2011-12-30 09:59"),
        ("2011-12-31 00:00", APIA, "2011-12-30 10:00"),
    ],
)
def test_a_local_time_is_resolved_to_the_moment_when_clocks_show_it(local, zone, utc):
    assert resolved(local, zone) == utc


@pytest.mark.parametrize(
    ("local", "zone", "words", "nearest"),
    [
        (
            "2026-03-29 02:30",
            BERLIN,
            "On 29 March clocks in Berlin go forward from 02:00 to 03:00, so 02:30 doesn't exist. "
            "Choose 03:00.",
            "2026-03-29 03:00",
        ),
        (
            "2026-03-08 02:00",
            NEW_YORK,
            "On 8 March clocks in New York go forward from 02:00 to 03:00, so 02:00 doesn't exist. "
            "Choose 03:00.",
            "2026-03-08 03:00",
        ),
        (
            "2026-10-04 02:29",
            LORD_HOWE,
            "On 4 October clocks in Lord Howe go forward from 02:00 to 02:30, so 02:29 doesn't "
            "exist. Choose 02:30.",
            "2026-10-04 02:30",
        ),
        (
            "2011-12-30 18:00",
            APIA,
            "On 30 December clocks in Apia go forward from 00:00 to 00:00 on 31 December, so 18:00 "
            "doesn't exist. Choose 00:00 on 31 December.",
            "2011-12-31 00:00",
        ),
    ],
)
def test_a_time_that_clocks_skip_is_refused_and_the_next_one_is_named(local, zone, words, nearest):
    with pytest.raises(NotATime) as refused:
        resolved(local, zone)
    assert str(refused.value) == words
    assert refused.value.nearest == datetime.fromisoformat(nearest)


def test_a_time_that_comes_twice_is_resolved_to_the_first_one_with_a_note():
    assert note("2026-10-25 02:30", BERLIN) == (
        "On 25 October clocks in Berlin go back from 03:00 to 02:00, so 02:30 comes twice. "
        "We use the first one, 02:30 GMT+2."
    )
    assert note("2026-04-05 01:45", LORD_HOWE) == (
        "On 5 April clocks in Lord Howe go back from 02:00 to 01:30, so 01:45 comes twice. "
        "We use the first one, 01:45 GMT+11."
    )
    assert note("2026-10-25 18:00", BERLIN) == ""


def test_a_weekly_series_keeps_its_local_time_when_clocks_change():
    series = wall_time.occurrences(date(2026, 10, 18), time(18), BERLIN, every_weeks=1, count=3)
    assert [f"{moment.at:%d %H:%M}" for moment in series] == ["18 16:00", "25 17:00", "01 17:00"]


def test_a_series_every_two_weeks_skips_a_week():
    series = wall_time.occurrences(date(2026, 2, 22), time(9), NEW_YORK, every_weeks=2, count=3)
    assert [f"{moment.at:%m-%d %H:%M}" for moment in series] == [
        "02-22 14:00",
        "03-08 13:00",
        "03-22 13:00",
    ]


def test_only_the_occurrence_that_clocks_skip_is_moved_forward():
    series = wall_time.occurrences(date(2026, 3, 22), time(2, 30), BERLIN, every_weeks=1, count=3)
    before, moved, after = series
    assert [f"{moment.local:%d %H:%M}" for moment in (before, moved, after)] == [
        "22 02:30",
        "29 03:30",
        "05 02:30",
    ]
    assert moved.note == (
        "On 29 March clocks in Berlin go forward from 02:00 to 03:00, "
        "so this Space starts at 03:30."
    )
    assert before.note == after.note == ""


def test_an_occurrence_on_a_day_that_was_skipped_is_moved_to_the_next_day():
    moment = wall_time.resolve_or_move(date(2011, 12, 30), time(10), APIA)
    assert moment.at == datetime(2011, 12, 30, 20, tzinfo=UTC)
    assert moment.note.endswith("so this Space starts at 10:00 on 31 December.")


def test_an_unknown_zone_is_an_error_and_an_extreme_date_is_resolved_or_refused():
    with pytest.raises(ValueError, match="'Mars/Olympus' is not a time zone"):
        wall_time.resolve(date(2026, 1, 1), time(12), "Mars/Olympus")
    for extreme in (date.min, date.max):
        for zone in (KIRITIMATI, "Pacific/Pago_Pago"):
            for clock in (time.min, time(23, 59)):
                try:
                    wall_time.resolve(extreme, clock, zone)
                except NotATime as refused:
                    assert str(refused) == "This date is too far away. Choose another one."


def test_a_full_date_names_the_zone_with_the_offset_of_that_day():
    summer, winter = datetime(2026, 7, 5, 16, tzinfo=UTC), datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert wall_time.in_full(summer, BERLIN) == "Sunday 5 July 2026, 18:00 (Berlin, GMT+2)"
    assert wall_time.in_full(winter, BERLIN) == "Tuesday 24 November 2026, 18:00 (Berlin, GMT+1)"
    assert wall_time.in_full(winter, "UTC") == "Tuesday 24 November 2026, 17:00 (UTC)"


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(seconds=20), "now"),
        (timedelta(seconds=50), "in 1 minute"),
        (timedelta(minutes=59), "in 59 minutes"),
        (timedelta(minutes=60), "in 1 hour"),
        (timedelta(minutes=150), "in 3 hours"),
        (timedelta(hours=35), "in 35 hours"),
        (timedelta(hours=36), "in 2 days"),
        (timedelta(days=3, hours=2), "in 3 days"),
        (timedelta(minutes=-20), "20 minutes ago"),
    ],
)
def test_a_relative_time_has_one_unit(ahead, words):
    now = datetime(2026, 11, 29, 21, tzinfo=UTC)
    assert wall_time.relative(now + ahead, now) == words


zones = st.sampled_from(sorted(time_zones.known()))
minutes = st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1)).map(
    lambda at: at.replace(second=0, microsecond=0)
)


def clocks_show(local, zone):
    """Return the moments when clocks in the zone show `local`.

    Since 2000, all offsets from UTC are multiples of 15 minutes and less than 26 hours.
    """
    guess = local.replace(tzinfo=UTC)
    quarters = [guess + timedelta(minutes=15 * step) for step in range(-26 * 4, 26 * 4)]
    tz = time_zones.find(zone)
    return [at for at in quarters if at.astimezone(tz).replace(tzinfo=None) == local]


def assert_resolved_to_the_first_moment_or_refused(local, zone):
    """Assert that `local` is resolved to the first moment when clocks show it, or refused because
    they never do."""
    tz = time_zones.find(zone)
    try:
        moment = wall_time.resolve(local.date(), local.time(), zone)
    except NotATime as refused:
        assert clocks_show(local, zone) == []
        assert refused.nearest > local
        wall_time.resolve(refused.nearest.date(), refused.nearest.time(), zone)
        just_before = refused.nearest - timedelta(minutes=1)
        assert clocks_show(just_before, zone) == []
    else:
        assert moment.at.astimezone(tz).replace(tzinfo=None) == local == moment.local
        shown = clocks_show(local, zone)
        assert moment.at == min(shown)
        assert bool(moment.note) == (len(shown) > 1)


@settings(deadline=None)  # the machine may be busy
@given(minutes, zones)
def test_clocks_show_a_resolved_time_and_never_show_a_refused_time(local, zone):
    assert_resolved_to_the_first_moment_or_refused(local, zone)


changes = st.sampled_from(
    [(zone, year) for zone in (BERLIN, NEW_YORK, LORD_HOWE) for year in range(2020, 2040)]
)


@settings(deadline=None)  # the machine may be busy
@given(changes, st.data())
def test_times_near_a_change_of_clocks_are_resolved_or_refused_correctly(change, data):
    zone, year = change
    tz = time_zones.find(zone)
    hours = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(365 * 24)]
    jumps = [
        a
        for a, b in pairwise(hours)
        if a.astimezone(tz).utcoffset() != b.astimezone(tz).utcoffset()
    ]
    jump = data.draw(st.sampled_from(jumps)).astimezone(tz).replace(tzinfo=None)
    local = jump + timedelta(minutes=data.draw(st.integers(-120, 180)))
    assert_resolved_to_the_first_moment_or_refused(local, zone)


@settings(deadline=None)  # the machine may be busy
@given(minutes, zones, st.sampled_from([1, 2]))
def test_every_occurrence_has_the_wall_time_or_a_note_that_says_why_not(local, zone, every_weeks):
    series = list(
        wall_time.occurrences(local.date(), local.time(), zone, every_weeks=every_weeks, count=12)
    )
    assert len(series) == 12
    assert all(a.at < b.at for a, b in pairwise(series))
    for number, moment in enumerate(series):
        wanted = local + timedelta(weeks=number * every_weeks)
        assert moment.local == wanted or (moment.local > wanted and moment.note)
