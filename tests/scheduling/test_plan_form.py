"""The forms that plan, edit and cancel a Space."""

import re
from datetime import timedelta
from itertools import count

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from notifications import zones
from scheduling.models import Schedule, Series
from spaces.models import Space, SpeakPolicy, State, Topic
from tests.factories import signed_in
from tests.scheduling.hosting import in_a_day, schedule

_numbers = count(1)


def form(**changes):
    at = in_a_day()
    fields = {
        "title": "Rain",
        "topics": ["music"],
        "description": "About https://example.org/rain",
        "date": f"{at:%Y-%m-%d}",
        "time": f"{at:%H:%M}",
        "zone": "UTC",
        "minutes": "60",
        "every_weeks": "0",
        "occurrences": "4",
        "cohosts": "",
        "speak_policy": "everyone",
        "once": f"form{next(_numbers)}",
    }
    return {**fields, **changes}


def messages_of(answer):
    return [str(each) for each in get_messages(answer.wsgi_request)]


def test_a_host_schedules_a_space(as_hana, hana):
    answer = as_hana.post("/spaces/schedule/", form())
    space = Space.objects.scheduled().get()
    assert (answer.status_code, answer.url) == (302, space.get_absolute_url())
    assert (space.host, space.title, space.starts_at) == (hana, "Rain", in_a_day())
    assert [topic.slug for topic in space.topics.all()] == ["music"]
    assert (space.speak_policy, space.open_to_guests) == (SpeakPolicy.EVERYONE, False)


def test_the_form_proposes_six_o_clock_in_the_known_zone_of_the_host(as_hana, hana):
    zones.remember(hana, "Asia/Kolkata")
    page = as_hana.get("/spaces/schedule/").text
    assert 'value="18:00"' in page
    assert re.search(r'<option value="Asia/Kolkata" selected>Kolkata \(GMT\+5:30\)', page)


def test_an_old_name_of_a_zone_is_accepted(as_hana):
    as_hana.post("/spaces/schedule/", form(zone="Asia/Calcutta"))
    assert Schedule.objects.get().zone == "Asia/Kolkata"


def test_people_who_may_not_host_see_their_progress(as_ana):
    answer = as_ana.get("/spaces/schedule/")
    assert (answer.status_code, "of 600 followers" in answer.text) == (403, True)
    assert as_ana.post("/spaces/schedule/", form()).status_code == 403
    assert not Space.objects.exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": " "}, "Say what the Space is about."),
        ({"title": "x" * 71}, "the limit is 70."),
        ({"description": "x" * 501}, "the limit is 500."),
        ({"topics": ["music", "cities", "science", "food"]}, "Pick 3 topics at most."),
        ({"date": ""}, "Choose a date."),
        ({"date": "31.12.2026"}, "Choose a date."),
        ({"date": "2020-01-01"}, "This time has passed."),
        ({"time": "25:00"}, "Choose a time."),
        ({"zone": "Europe/Atlantis"}, "Choose a time zone from the list."),
        ({"zone": "../../etc/passwd"}, "Choose a time zone from the list."),
        ({"zone": ""}, "Choose a time zone from the list."),
        ({"minutes": "100000"}, "Select a valid choice."),
        ({"every_weeks": "3"}, "Select a valid choice."),
        ({"every_weeks": "1", "occurrences": "13"}, "Enter a whole number from 2 to 12."),
        ({"cohosts": "@nobody_at_all"}, "There is nobody with the handle @nobody_at_all."),
        ({"cohosts": "@hana"}, "@hana can’t co-host this Space."),
    ],
)
def test_bad_input_is_refused_and_the_form_keeps_what_was_typed(as_hana, changes, message):
    for slug in ("science", "food"):
        Topic.objects.get_or_create(slug=slug, defaults={"name": slug})
    answer = as_hana.post("/spaces/schedule/", form(**{"description": "Keep me", **changes}))
    assert answer.status_code in (400, 409)
    assert message in answer.text
    assert ("Keep me" in answer.text) == ("description" not in changes)
    assert not Space.objects.exists()


@pytest.mark.parametrize("days", [31, 4000])
def test_a_far_date_is_refused_next_to_the_time(as_hana, days):
    far = timezone.now() + timedelta(days=days)
    answer = as_hana.post("/spaces/schedule/", form(date=f"{far:%Y-%m-%d}"))
    assert (answer.status_code, "Choose a time within the next 30 days." in answer.text) == (
        400,
        True,
    )


def test_a_description_of_ten_megabytes_is_refused(as_hana):
    answer = as_hana.post("/spaces/schedule/", form(description="x" * 10 * 1024 * 1024))
    assert answer.status_code in (400, 413)
    assert not Space.objects.exists()


def test_an_eleventh_space_is_refused(as_hana, hana):
    for _ in range(10):
        schedule(hana)
    answer = as_hana.post("/spaces/schedule/", form())
    assert (answer.status_code, "You can have 10 scheduled Spaces" in answer.text) == (409, True)


def test_a_form_that_is_sent_twice_schedules_once(as_hana):
    sent = form()
    first = as_hana.post("/spaces/schedule/", sent)
    assert as_hana.post("/spaces/schedule/", sent).url == first.url
    assert Space.objects.count() == 1


def test_a_series_can_be_scheduled_with_cohosts(as_hana, ana, ben):
    as_hana.post("/spaces/schedule/", form(every_weeks="2", occurrences="3", cohosts="@ana, BEN"))
    assert (Space.objects.count(), Series.objects.get().every_weeks) == (3, 2)
    first = Space.objects.order_by("starts_at").first()
    assert {each.user for each in first.schedule.cohosts.all()} == {ana, ben}


def test_the_pages_to_start_and_to_schedule_link_to_each_other(as_hana):
    for path in ("/spaces/start/", "/spaces/schedule/"):
        page = as_hana.get(path).text
        assert re.search(rf'<a href="{path}" aria-current="page">', page)
        assert ('href="/spaces/start/"' in page, 'href="/spaces/schedule/"' in page) == (True, True)


def test_the_host_can_edit_the_plan(planned):
    page = f"{planned.get_absolute_url()}edit/"
    client = signed_in(planned.host)
    assert 'value="UTC" selected' in client.get(page).text
    later = in_a_day() + timedelta(days=1)
    changes = form(title="Snow", date=f"{later:%Y-%m-%d}", minutes="90", speak_policy="invited")
    answer = client.post(page, changes)
    assert (answer.url, messages_of(answer)) == (planned.get_absolute_url(), ["Saved."])
    planned.refresh_from_db()
    assert (planned.title, planned.starts_at, planned.schedule.minutes) == ("Snow", later, 90)
    assert planned.speak_policy == SpeakPolicy.INVITED


def test_a_bad_new_time_is_shown_next_to_the_time(planned):
    client = signed_in(planned.host)
    answer = client.post(f"{planned.get_absolute_url()}edit/", form(date="2020-01-01"))
    assert (answer.status_code, "This time has passed." in answer.text) == (400, True)


@pytest.mark.parametrize("page", ["edit", "cancel"])
def test_another_persons_space_is_not_found(planned, as_ana, page):
    path = f"{planned.get_absolute_url()}{page}/"
    assert as_ana.get(path).status_code == 404
    assert as_ana.post(path, form()).status_code == 404
    planned.refresh_from_db()
    assert (planned.title, planned.state) == ("Rain", State.SCHEDULED)


def test_the_hosts_reason_is_shown_on_the_page_of_the_cancelled_space(planned, client):
    as_host = signed_in(planned.host)
    page = planned.get_absolute_url()
    assert "will be notified" not in as_host.get(f"{page}cancel/").text
    answer = as_host.post(f"{page}cancel/", {"reason": "I am ill <b>"})
    assert answer.url == page
    shown = client.get(page)
    assert shown.status_code == 200
    assert ("The host cancelled this Space" in shown.text, "I am ill &lt;b&gt;" in shown.text) == (
        True,
        True,
    )


def test_a_whole_series_can_be_cancelled(hana, as_hana):
    space = schedule(hana, every_weeks=1, occurrences=3)
    page = f"{space.get_absolute_url()}cancel/"
    assert "This and all following" in as_hana.get(page).text
    answer = as_hana.post(page, {"and_following": "yes"})
    assert messages_of(answer) == ["3 Spaces cancelled."]
    assert Space.objects.scheduled().count() == 0
