"""The events of calendars, in every state of a Space."""

from datetime import UTC, datetime, timedelta

import pytest

from scheduling.calendars.documents import document
from scheduling.calendars.feeds import space_of
from scheduling.models import CancelledAs, Schedule
from spaces.models import Space, State, Topic
from tests.scheduling.calendars.reading import only, read
from tests.scheduling.rows import make_planned

pytestmark = pytest.mark.django_db

STARTS_AT = datetime(2026, 12, 1, 17, tzinfo=UTC)


def written(space):
    """Return the calendar file of a Space in its current state."""
    return document([space_of(space.public_id, None)])


def test_an_event_contains_the_time_the_url_and_the_host(ana, settings):
    settings.BASE_URL = "https://spaces.example"
    space = make_planned(ana, at=STARTS_AT, title="Rain", description="Bring a coat.\nAnd a hat.")
    space.topics.set(Topic.objects.filter(slug__in=["music", "cities"]))
    event = only(written(space))
    address = f"https://spaces.example/spaces/{space.public_id}/"
    assert event.summary.value == "Rain"
    assert (event.dtstart.value, event.dtend.value) == (STARTS_AT, STARTS_AT + timedelta(hours=1))
    assert event.url.value == event.location.value == address
    assert event.description.value == (
        f"Bring a coat.\nAnd a hat.\n\nHosted by Ana (@ana)\n{address}"
    )
    assert sorted(event.categories.value) == ["Cities", "Music"]
    assert (event.status.value, event.transp.value) == ("CONFIRMED", "OPAQUE")
    assert not hasattr(event, "organizer")


def test_times_are_in_utc_so_no_time_zone_is_defined(ana):
    lines = written(make_planned(ana, at=STARTS_AT)).decode().split("\r\n")
    assert "DTSTART:20261201T170000Z" in lines
    assert "DTEND:20261201T180000Z" in lines
    assert "BEGIN:VTIMEZONE" not in lines


@pytest.mark.parametrize("minutes", [15, 60, 90, 24 * 60])
def test_an_event_ends_after_the_planned_length(ana, minutes):
    event = only(written(make_planned(ana, at=STARTS_AT, minutes=minutes)))
    assert event.dtend.value - event.dtstart.value == timedelta(minutes=minutes)


@pytest.mark.parametrize("state", [State.SCHEDULED, State.LIVE, State.ENDED])
def test_an_event_does_not_change_when_its_space_starts_and_ends(ana, state):
    space = make_planned(ana, at=STARTS_AT)
    planned = written(space)
    times = {"started_at": STARTS_AT} if state != State.SCHEDULED else {}
    times |= {"ended_at": STARTS_AT + timedelta(hours=3)} if state == State.ENDED else {}
    Space.objects.filter(pk=space.pk).update(state=state, **times)
    assert written(space) == planned
    assert only(planned).status.value == "CONFIRMED"


def test_a_cancelled_event_is_marked_in_its_status_and_its_title(ana):
    space = make_planned(ana, at=STARTS_AT, title="Rain")
    Space.objects.filter(pk=space.pk).update(state=State.CANCELLED)
    Schedule.objects.filter(space=space).update(
        cancelled_as=CancelledAs.HOST, cancelled_because="It is dry.", sequence=1
    )
    event = only(written(space))
    assert event.status.value == "CANCELLED"
    assert event.summary.value == "Cancelled: Rain"
    assert event.description.value.startswith("Ana cancelled “Rain”: It is dry.\n\nHosted by Ana")
    assert (event.transp.value, event.x_microsoft_cdo_busystatus.value) == ("TRANSPARENT", "FREE")
    assert event.dtstart.value == STARTS_AT


def test_calendars_do_not_contain_the_reason_of_the_staff(ana):
    space = make_planned(ana, at=STARTS_AT, title="Rain")
    space.transition(State.CANCELLED)
    Schedule.objects.filter(space=space).update(
        cancelled_as=CancelledAs.STAFF, cancelled_because="A secret"
    )
    body = written(space)
    assert b"secret" not in body
    assert only(body).description.value.startswith("“Rain” was cancelled.\n\nHosted by Ana")


def test_a_moved_event_keeps_its_id_and_has_a_higher_sequence(ana):
    space = make_planned(ana, at=STARTS_AT)
    before = only(written(space))
    later = STARTS_AT + timedelta(days=1)
    Space.objects.filter(pk=space.pk).update(starts_at=later)
    Schedule.objects.filter(space=space).update(sequence=1)
    after = only(written(space))
    assert (before.uid.value, before.sequence.value) == (after.uid.value, "0")
    assert (after.sequence.value, after.dtstart.value) == ("1", later)


def test_an_id_does_not_depend_on_the_sites_url(ana, settings):
    space = make_planned(ana, at=STARTS_AT)
    before = only(written(space)).uid.value
    settings.BASE_URL = "https://moved.example"
    assert only(written(space)).uid.value == before
    assert only(written(make_planned(ana, at=STARTS_AT))).uid.value != before


def test_a_document_is_the_same_each_time_it_is_written(ana):
    space = make_planned(ana, at=STARTS_AT)
    assert written(space) == written(space)


@pytest.mark.parametrize(
    "text",
    [
        "a, b; c\\d: \"e\" 'f' \\n",
        "ليلى الأندلسية تتحدث عن المدن في المساء مع أصدقائها القدامى من الحي",
        "👩‍👩‍👧‍👦" * 9,
        "BEGIN:VEVENT",
        "x" * 70,
        "דבר " * 17,
    ],
)
def test_any_text_survives_writing_and_parsing(ana, text):
    space = make_planned(ana, at=STARTS_AT, title=text, description=f"{text}\n\n{text}")
    event = only(written(space))
    assert event.summary.value == text
    assert event.description.value.startswith(f"{text}\n\n{text}\n\nHosted by")


def test_a_feed_has_a_name_and_asks_to_be_fetched_every_hour(ana):
    body = document([], name="Ana, live; on Spaces", key="person:1")
    lines = body.decode().split("\r\n")
    assert "X-WR-CALNAME:Ana\\, live\\; on Spaces" in lines
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines
    assert "X-PUBLISHED-TTL:PT1H" in lines
    assert document([], name="Ana", key="person:1").count(b"\r\nUID:") == 1
    assert read(body).x_wr_calname.value == "Ana, live; on Spaces"


def test_an_empty_feed_is_a_valid_calendar():
    assert not hasattr(read(document([], name="Nothing", key="x")), "vevent")
