"""Lists of scheduled Spaces: their order, what they leave out, and the pages that show them."""

from datetime import UTC, timedelta
from functools import partial

import pytest
from django.utils import timezone

from accounts import follow
from accounts.blocking import block
from accounts.models import User
from scheduling import agenda, upcoming
from scheduling.calendars import feeds
from scheduling.models import CohostState, Schedule, Series
from spaces.models import Space, State, Topic
from tests.factories import make_host, make_scheduled_space, make_space, make_user, signed_in
from tests.scheduling.rows import invite_cohost, make_planned, set_reminders

pytestmark = pytest.mark.django_db


find = partial(upcoming.find, limit=20)
hosted_by = partial(upcoming.hosted_by, limit=20)


def spaces_of(found):
    return [row.space for row in found.rows]


def in_days(days):
    return timezone.now() + timedelta(days=days)


def test_followed_hosts_come_first_then_reminders_then_the_soonest(ana):
    late, soon, wanted = make_planned(at=in_days(4)), make_planned(at=in_days(3)), make_planned()
    followed, cohosted = make_planned(at=in_days(9)), make_planned(at=in_days(10))
    set_reminders(wanted, make_user(), make_user())
    follow.follow(follower=ana, followed=followed.host)
    cohost = make_user()
    invite_cohost(cohosted, cohost)
    follow.follow(follower=ana, followed=cohost)
    assert spaces_of(find(ana)) == [followed, cohosted, wanted, soon, late]
    assert spaces_of(find(None)) == [wanted, soon, late, followed, cohosted]


def test_following_a_person_who_is_only_invited_to_cohost_does_not_affect_the_order(ana):
    invited, other = make_planned(at=in_days(9)), make_planned(at=in_days(3))
    person = make_user()
    invite_cohost(invited, person, CohostState.INVITED)
    follow.follow(follower=ana, followed=person)
    assert spaces_of(find(ana)) == [other, invited]


def test_a_row_shows_the_number_of_reminders_and_whether_the_reader_has_one(ana, ben):
    own = make_planned(ana)
    other = set_reminders(make_planned(ben), ana, make_user())
    rows = {row.space: row for row in find(ana).rows}
    assert (rows[own].is_host, rows[own].is_set, rows[own].reminders) == (True, False, 0)
    assert (rows[other].is_host, rows[other].is_set, rows[other].reminders) == (False, True, 2)


def test_only_scheduled_spaces_of_visible_hosts_are_listed(ana, ben):
    make_space()
    make_scheduled_space()  # without a `Schedule`, so this app does not list it
    cancelled, suspended, blocked = make_planned(), make_planned(), make_planned()
    cancelled.transition(State.CANCELLED)
    later = timezone.now() + timedelta(days=1)
    User.objects.filter(pk=suspended.host_id).update(suspended_until=later)
    block(blocker=blocked.host, blocked=ana)
    shown = make_planned()
    assert spaces_of(find(ana)) == [shown]
    assert set(spaces_of(find(ben))) == {shown, blocked}


def test_a_series_is_listed_once_except_in_a_search(ana):
    series = Series.objects.create(host=ana, every_weeks=1)
    first, second = [make_planned(ana, at=in_days(days), title="Rain") for days in (2, 9)]
    Schedule.objects.filter(space__in=[first, second]).update(series=series)
    other = make_planned(at=in_days(20), title="Sun")
    assert spaces_of(find(None)) == [first, other]
    assert spaces_of(find(None, words="rain")) == [first, second]
    assert spaces_of(hosted_by(ana, None)) == [first, second]
    Space.objects.filter(pk=first.pk).update(state=State.CANCELLED)
    assert spaces_of(find(None)) == [second, other]


def test_search_words_and_a_topic_filter_the_list(ana):
    rain, sun = make_planned(title="Rain"), make_planned(title="Sun")
    sun.topics.set(Topic.objects.filter(slug="music"))
    assert spaces_of(find(None, words="RAI")) == [rain]
    music = Topic.objects.get(slug="music")
    assert spaces_of(find(None, topic=music)) == [sun]
    assert spaces_of(find(None, words="rain", topic=music)) == []


def test_the_list_has_pages():
    spaces = [make_planned(at=in_days(1 + number)) for number in range(5)]
    first = find(None, limit=2)
    assert (spaces_of(first), first.next_start) == (spaces[:2], 2)
    last = find(None, start=4, limit=2)
    assert (spaces_of(last), last.next_start) == (spaces[4:], None)


@pytest.mark.parametrize("planned", [1, 4])
def test_query_counts_do_not_grow_with_scheduled_spaces(ana, planned, django_assert_num_queries):
    for _ in range(planned):
        make_planned()
    with django_assert_num_queries(1):
        for row in find(ana).rows:
            assert (row.space.host.name, row.space.schedule.series) != ("", "")


@pytest.mark.parametrize("planned", [1, 3])
@pytest.mark.parametrize(
    ("address", "count"), [("/spaces/", 6), ("/spaces/upcoming/", 5), ("/@ben/", 11), ("/", 10)]
)
def test_query_counts_of_pages_do_not_grow_with_scheduled_spaces(
    as_ana, ben, address, count, planned, django_assert_num_queries
):
    follow.follow(follower=User.objects.get(handle="ana"), followed=ben)
    for _ in range(planned):
        make_planned(ben)
    as_ana.get(address)
    with django_assert_num_queries(count):
        assert "Rain, part" in as_ana.get(address).text


def test_the_spaces_page_lists_upcoming_spaces_that_match_its_search(client, ana):
    make_planned(ana, title="Rain")
    make_planned(title="Sun").topics.set(Topic.objects.filter(slug="music"))
    whole, searched = client.get("/spaces/").text, client.get("/spaces/?q=rain").text
    assert (">Rain<" in whole, ">Sun<" in whole) == (True, True)
    assert (">Rain<" in searched, ">Sun<" in searched) == (True, False)
    assert ">Sun<" in client.get("/spaces/?topic=music").text
    assert "Upcoming" not in client.get("/spaces/?q=nothing").text


def test_the_spaces_page_shows_a_note_if_nothing_is_planned(client, db):
    assert "Nothing is planned yet" in client.get("/spaces/").text


def test_the_spaces_page_links_to_all_upcoming_spaces_with_its_search(client, monkeypatch):
    monkeypatch.setattr(upcoming, "ON_SPACES_PAGE", 2)
    for _ in range(3):
        make_planned(title="Rain")
    assert 'href="/spaces/upcoming/?q=rain"' in client.get("/spaces/?q=rain").text


def test_the_page_of_all_upcoming_spaces_loads_more(client, monkeypatch):
    monkeypatch.setattr(upcoming, "PAGE", 2)
    monkeypatch.setattr(
        upcoming.find, "__kwdefaults__", {**upcoming.find.__kwdefaults__, "limit": 2}
    )
    spaces = [make_planned(at=in_days(1 + number)) for number in range(3)]
    page = client.get("/spaces/upcoming/").text
    assert 'hx-get="?start=2"' in page
    assert spaces[2].title not in page
    assert spaces[2].title in client.get("/spaces/upcoming/?start=2").text


@pytest.mark.parametrize("start", ["x", "-1", "9" * 30, "²", ""])
def test_an_invalid_start_is_ignored(client, start):
    make_planned(title="Rain")
    assert ">Rain<" in client.get(f"/spaces/upcoming/?start={start}").text


def test_the_page_of_a_host_lists_only_their_spaces(client, ana):
    make_planned(ana, title="Rain")
    make_planned(title="Sun")
    page = client.get("/spaces/upcoming/?host=ana").text
    assert (">Rain<" in page, ">Sun<" in page) == (True, False)
    assert client.get("/spaces/upcoming/?host=nobody").status_code == 404


def test_an_empty_list_says_why_it_is_empty(client, ana, monkeypatch, redis_server):
    page = "/spaces/upcoming/"
    assert "as soon as someone schedules one." in client.get(page).text
    assert "as soon as <bdi>Ana</bdi> schedules one." in client.get(f"{page}?host=ana").text
    searched = client.get(f"{page}?q=rain").text
    assert ("No upcoming Spaces match" in searched, "Try other words" in searched) == (True, True)
    monkeypatch.setattr("scheduling.views.lists.SEARCHING", "1/hour")
    client.get(page)
    refused = client.get(page)
    assert (refused.status_code, "The list can’t be shown" in refused.text) == (429, True)
    assert "Nothing is planned yet" not in refused.text


def test_a_profile_lists_the_next_spaces_of_its_owner(client, ana, ben):
    for number in range(4):
        make_planned(ana, at=in_days(1 + number), title=f"Rain {number}")
    page = client.get("/@ana/").text
    shown = page[page.index('id="upcoming-title"') : page.index('id="posts-title"')]
    assert [f"Rain {number}" in shown for number in range(4)] == [True, True, True, False]
    assert 'href="/spaces/upcoming/?host=ana"' in shown
    assert 'href="/@ana/calendar.ics"' in shown
    assert 'id="upcoming-title"' not in client.get("/@ben/").text
    block(blocker=ana, blocked=ben)
    assert 'id="upcoming-title"' not in signed_in(ben).get("/@ana/").text


def test_the_side_column_lists_upcoming_spaces(as_ana):
    make_planned(make_host(), title="Rain")
    page = as_ana.get("/notifications/").text
    assert 'id="upcoming-beside-title"' in page
    assert ">Rain<" in page


def test_home_lists_the_next_spaces_of_people_whom_the_reader_follows(as_ana, ana):
    own, unrelated = make_planned(make_host("hugo")), make_planned(title="Sun")
    late, soon = make_planned(at=in_days(9), title="Rain"), make_planned(at=in_days(2), title="Fog")
    cohost = make_user()
    invite_cohost(soon, cohost)
    for person in (late.host, cohost):
        follow.follow(follower=ana, followed=person)
    assert spaces_of(upcoming.of_followed(ana, limit=6)) == [soon, late]
    assert spaces_of(upcoming.of_followed(own.host, limit=6)) == []
    page = as_ana.get("/").text
    strip = page[page.index('id="upcoming-strip-title"') :].partition("</section>")[0]
    assert (">Fog<" in strip, ">Rain<" in strip, unrelated.title in strip) == (True, True, False)
    assert "reminder set" not in strip
    set_reminders(soon, ana)
    assert "reminder set" in as_ana.get("/").text


def test_home_has_no_list_if_nobody_whom_the_reader_follows_has_planned_something(as_ana, ana):
    make_planned(ana)
    make_planned()
    assert "upcoming-strip" not in as_ana.get("/").text


def test_a_row_can_be_fetched_alone(client, as_ana, ana):
    space = make_planned(title="Rain")
    set_reminders(space, ana)
    row = as_ana.get(f"/spaces/{space.public_id}/row/").text
    assert (">Rain<" in row, 'aria-pressed="true"' in row, "<html" in row) == (True, True, False)
    tile = client.get(f"/spaces/{space.public_id}/row/?tile=").text
    assert (">Rain<" in tile, 'class="bell"' in tile) == (True, False)
    block(blocker=space.host, blocked=ana)
    hidden = as_ana.get(f"/spaces/{space.public_id}/row/")
    assert (hidden.status_code, hidden.content) == (204, b"")


def test_fetching_the_row_of_a_cancelled_space_returns_nothing(client):
    space = make_planned(title="Rain")
    space.transition(State.CANCELLED)
    cancelled = client.get(f"/spaces/{space.public_id}/row/")
    assert (cancelled.status_code, cancelled.content) == (204, b"")


def test_the_bell_of_a_row_turns_the_reminder_on_and_off(as_ana, ana):
    space = make_planned(title="Rain")
    page = as_ana.get("/spaces/upcoming/").text
    bell = f"bell-{space.public_id}"
    assert f'id="{bell}"' in page
    address = f"/spaces/{space.public_id}/"
    headers = {"HX-Request": "true", "HX-Target": bell}
    on = as_ana.post(f"{address}set-reminder/", headers=headers).text
    assert ('aria-pressed="true"' in on, f'id="{bell}"' in on, "<html" in on) == (True, True, False)
    [row] = find(ana).rows
    assert (row.is_set, row.reminders) == (True, 1)
    off = as_ana.post(f"{address}unset-reminder/", headers=headers).text
    assert 'aria-pressed="false"' in off


def test_a_host_has_no_bell_for_their_own_space(as_ana, ana):
    make_planned(ana)
    assert 'class="bell"' not in as_ana.get("/spaces/upcoming/").text


@pytest.mark.integration
def test_order_and_search_are_the_same_on_both_databases(both_databases):
    ana, followed = make_user("ana"), make_planned(at=in_days(9), title="Rain")
    wanted, other = make_planned(title="Rain, later"), make_planned(title="Sun")
    music, _ = Topic.objects.get_or_create(slug="music")  # other tests empty the database
    other.topics.set([music])
    set_reminders(wanted, ana)
    follow.follow(follower=ana, followed=followed.host)
    assert spaces_of(find(ana)) == [followed, wanted, other]
    assert spaces_of(find(ana, words="rain")) == [followed, wanted]
    assert spaces_of(find(ana, topic=music)) == [other]
    assert [row.is_set for row in find(ana).rows] == [False, True, False]
    assert {space.pk for space in feeds.of_person(ana)} == {wanted.pk}
    [day] = agenda.days_of(ana, UTC)
    assert [item.role for item in day.items] == ["reminder"]
