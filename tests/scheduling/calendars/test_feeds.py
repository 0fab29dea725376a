"""The Spaces in each calendar feed, and who may read the feed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.blocking import block
from accounts.models import User
from scheduling.actions import cancelling, planning
from scheduling.calendars import feeds
from scheduling.models import CalendarFeed, CohostState
from spaces.models import Space, State
from tests.factories import make_host, make_space, make_user
from tests.scheduling.calendars.reading import events, feed_of, file_of, only, read
from tests.scheduling.hosting import in_a_day, moved_to, schedule
from tests.scheduling.rows import invite_cohost, make_planned, set_reminders

pytestmark = pytest.mark.django_db


def listed(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return set(events(answer.content))


def ids(*spaces):
    return {space.public_id for space in spaces}


def suspend(person):
    later = timezone.now() + timedelta(days=1)
    User.objects.filter(pk=person.pk).update(suspended_until=later)


def test_anyone_can_download_the_file_of_a_planned_space(client, ana):
    space = make_planned(ana)
    answer = client.get(file_of(space))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == 'inline; filename="spaces.ics"'
    assert only(answer.content).summary.value == space.title


@pytest.mark.parametrize("state", [State.LIVE, State.ENDED, State.CANCELLED])
def test_the_file_has_the_same_url_in_every_state(client, ana, state):
    space = make_planned(ana)
    now = timezone.now()
    times = {} if state == State.CANCELLED else {"started_at": now}
    times |= {"ended_at": now} if state == State.ENDED else {}
    Space.objects.filter(pk=space.pk).update(state=state, **times)
    assert only(client.get(file_of(space)).content).status.value in ("CONFIRMED", "CANCELLED")


def test_there_is_no_file_for_a_space_that_was_not_planned_or_does_not_exist(client, ana):
    assert client.get(file_of(make_space())).status_code == 404
    assert client.get("/spaces/nothing/calendar.ics").status_code == 404


def test_people_across_a_block_get_neither_the_file_nor_the_feed(client, ana, as_ana, ben, as_ben):
    space = make_planned(ana)
    block(blocker=ana, blocked=ben)
    for address in (file_of(space), "/@ana/calendar.ics"):
        assert as_ben.get(address).status_code == 404
        assert as_ana.get(address).status_code == 200
        assert client.get(address).status_code == 200


def test_a_suspended_or_closed_host_has_neither_file_nor_feed(client, ana):
    space = make_planned(ana)
    suspend(ana)
    assert client.get(file_of(space)).status_code == 404
    assert client.get("/@ana/calendar.ics").status_code == 404
    User.objects.filter(pk=ana.pk).update(suspended_until=None, is_active=False)
    assert client.get(file_of(space)).status_code == 404
    assert client.get("/@ana/calendar.ics").status_code == 404


def test_the_feed_of_a_host_contains_only_their_planned_spaces(client, ana):
    planned, cancelled = make_planned(ana), make_planned(ana)
    Space.objects.filter(pk=cancelled.pk).update(state=State.CANCELLED)
    make_planned(make_host())
    make_space(make_host("nora"))
    assert listed(client, "/@ana/calendar.ics") == ids(planned, cancelled)
    assert listed(client, "/@ANA/calendar.ics") == ids(planned, cancelled)
    calendar = read(client.get("/@ana/calendar.ics").content)
    assert calendar.x_wr_calname.value == "Ana on Spaces"


def test_a_feed_keeps_ended_spaces_for_a_month(client, ana):
    now = timezone.now()
    recent = make_planned(ana, at=now - timedelta(days=29))
    make_planned(ana, at=now - timedelta(days=31))
    assert listed(client, "/@ana/calendar.ics") == ids(recent)


def test_a_private_feed_contains_hosted_and_cohosted_spaces_and_reminders(client, ana, ben):
    hosted, cohosted, reminded = make_planned(ana), make_planned(ben), make_planned(ben)
    invite_cohost(cohosted, ana)
    invite_cohost(make_planned(ben), ana, CohostState.INVITED)
    invite_cohost(make_planned(ben), ana, CohostState.DECLINED)
    set_reminders(reminded, ana, make_user())
    set_reminders(hosted, ana)  # it is listed once, for two reasons
    set_reminders(make_planned(ben), make_user())
    assert listed(client, feed_of(ana)) == ids(hosted, cohosted, reminded)


def test_a_cancelled_space_stays_in_a_private_feed_with_its_status(client, ana, ben):
    space = set_reminders(make_planned(ben), ana)
    Space.objects.filter(pk=space.pk).update(state=State.CANCELLED)
    assert only(client.get(feed_of(ana)).content).status.value == "CANCELLED"


@pytest.mark.parametrize("ana_blocks", [True, False])
def test_a_private_feed_leaves_out_hosts_across_a_block(client, ana, ben, ana_blocks):
    set_reminders(make_planned(ben), ana)
    other = set_reminders(make_planned(), ana)
    address = feed_of(ana)
    block(blocker=ana if ana_blocks else ben, blocked=ben if ana_blocks else ana)
    assert listed(client, address) == ids(other)


def test_a_private_feed_leaves_out_suspended_hosts(client, ana, ben):
    set_reminders(make_planned(ben), ana)
    suspend(ben)
    assert listed(client, feed_of(ana)) == set()


def test_the_url_of_a_private_feed_stops_working_when_it_is_replaced_or_revoked(
    client, as_ana, ana
):
    first = feed_of(ana)
    second = feed_of(ana)
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    assert as_ana.post("/schedule/calendar/revoke/").status_code == 302
    assert client.get(second).status_code == 404


@pytest.mark.parametrize("token", ["x", "a" * 32, "ä", "..", "%00", "' or 1=1"])
def test_a_forged_url_is_not_found(client, ana, token):
    feed_of(ana)
    assert client.get(f"/schedule/calendar/{token}.ics").status_code == 404


def test_only_a_hash_of_the_secret_is_stored(ana):
    token = feeds.replace_token(ana)
    [stored] = CalendarFeed.objects.values_list("token_hash", flat=True)
    assert token not in stored
    assert len(token) >= 32


def test_the_private_feed_of_a_suspended_or_closed_account_is_not_found(client, ana):
    address = feed_of(ana)
    suspend(ana)
    assert client.get(address).status_code == 404
    User.objects.filter(pk=ana.pk).update(suspended_until=None, is_active=False)
    assert client.get(address).status_code == 404


def test_the_url_is_shown_once_after_it_was_created(as_ana, ana, client, settings):
    settings.BASE_URL = "https://spaces.example"
    assert "Create the address" in as_ana.get("/schedule/calendar/").text
    page = as_ana.post("/schedule/calendar/replace/", follow=True).text
    start = page.index("https://spaces.example/schedule/calendar/")
    address = page[start : page.index(".ics", start) + 4]
    assert client.get(address.removeprefix("https://spaces.example")).status_code == 200
    assert address.replace("https", "webcal", 1) in page
    again = as_ana.get("/schedule/calendar/").text
    assert ".ics" not in again
    assert "Replace the address" in again


def test_the_page_of_the_feed_requires_sign_in(client, db):
    assert client.get("/schedule/calendar/").url == "/accounts/login/?next=/schedule/calendar/"
    for action in ("replace", "revoke"):
        assert client.get(f"/schedule/calendar/{action}/").status_code == 405
        assert client.post(f"/schedule/calendar/{action}/").status_code == 302
    assert not CalendarFeed.objects.exists()


def test_a_feed_shows_moves_and_cancellations_by_the_host(client, ana):
    host = make_host("hana", name="Hana")
    space = set_reminders(schedule(host, title="Rain"), ana)
    address = feed_of(ana)
    planned = only(client.get(address).content)
    planning.edit(space, by=host, plan=moved_to(space, in_a_day() + timedelta(hours=2)))
    moved = only(client.get(address).content)
    cancelling.cancel(space, by=host, reason="It is dry.")
    cancelled = only(client.get(address).content)
    states = (planned, moved, cancelled)
    assert len({event.uid.value for event in states}) == 1
    assert [event.sequence.value for event in states] == ["0", "1", "2"]
    assert moved.dtstart.value - planned.dtstart.value == timedelta(hours=2)
    assert cancelled.dtstart.value == moved.dtstart.value
    statuses = [event.status.value for event in states]
    assert statuses == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert cancelled.description.value.startswith("Hana cancelled “Rain”: It is dry.")
    assert planned.last_modified.value <= moved.last_modified.value
