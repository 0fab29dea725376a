"""A person's schedule: which Spaces it contains, their order, and which of them overlap."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.blocking import block
from scheduling import agenda
from scheduling.models import CohostState
from spaces.models import Space, State
from tests.factories import make_user
from tests.scheduling.rows import invite_cohost, make_planned, set_reminders

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 12, 1, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to("2026-11-29 12:00:00Z")


def listed(person, zone=UTC):
    return [[item.space for item in day.items] for day in agenda.days_of(person, zone)]


def roles(person):
    return {item.space: item.role for day in agenda.days_of(person, UTC) for item in day.items}


def test_a_schedule_contains_hosted_and_cohosted_spaces_invitations_and_reminders(ana, ben):
    hosted, cohosted, invited, reminded = make_planned(ana), *(make_planned(ben) for _ in range(3))
    invite_cohost(cohosted, ana)
    set_reminders(cohosted, ana)  # the role "cohost" takes precedence
    invite_cohost(invited, ana, CohostState.INVITED)
    invite_cohost(make_planned(ben), ana, CohostState.DECLINED)
    set_reminders(reminded, ana)
    set_reminders(make_planned(ben), make_user())
    expected = {hosted: "host", cohosted: "cohost", invited: "invited", reminded: "reminder"}
    assert roles(ana) == expected


def test_a_schedule_is_sorted_by_day_in_the_persons_zone(ana):
    late = make_planned(ana, at=EVENING + timedelta(hours=5, minutes=30))  # 23:30 UTC
    evening = make_planned(ana, at=EVENING)
    next_day = make_planned(ana, at=EVENING + timedelta(days=1))
    assert listed(ana) == [[evening, late], [next_day]]
    assert listed(ana, ZoneInfo("Europe/Berlin")) == [[evening], [late, next_day]]


def test_overlapping_spaces_are_marked(ana, ben):
    first = make_planned(ana, at=EVENING, minutes=60)
    second = set_reminders(make_planned(ben, at=EVENING + timedelta(minutes=59)), ana)
    third = make_planned(ana, at=EVENING + timedelta(minutes=119))  # it starts when the second ends
    [day] = agenda.days_of(ana, UTC)
    clashes = {item.space: list(item.clashes_with) for item in day.items}
    assert clashes == {first: [second], second: [first], third: []}


def test_a_long_space_clashes_with_each_space_during_it(ana):
    long = make_planned(ana, at=EVENING, minutes=240)
    short = [make_planned(ana, at=EVENING + timedelta(hours=hours)) for hours in (1, 3)]
    found = agenda.find_clashes([long, *short])
    assert found == {long.pk: short, short[0].pk: [long], short[1].pk: [long]}


def test_a_live_space_is_listed_until_it_ends(ana):
    space = make_planned(ana, at=EVENING)
    Space.objects.filter(pk=space.pk).update(state=State.LIVE, started_at=EVENING)
    assert listed(ana) == [[space]]
    Space.objects.filter(pk=space.pk).update(state=State.ENDED, ended_at=EVENING)
    assert listed(ana) == []


def test_a_cancelled_space_stays_for_a_day_and_clashes_with_nothing(ana, time_machine):
    space, other = make_planned(ana, at=EVENING), make_planned(ana, at=EVENING)
    space.transition(State.CANCELLED)
    [day] = agenda.days_of(ana, UTC)
    assert [(item.space, list(item.clashes_with)) for item in day.items] == [
        (space, []),
        (other, []),
    ]
    time_machine.move_to(EVENING + timedelta(days=1, minutes=1))
    assert space not in roles(ana)


def test_hosts_across_a_block_are_left_out(ana, ben):
    set_reminders(make_planned(ben), ana)
    block(blocker=ben, blocked=ana)
    assert listed(ana) == []


def test_the_page_shows_times_days_and_clashes(as_ana, ana):
    make_planned(ana, at=EVENING, title="Rain")
    make_planned(ana, at=EVENING, title="Sun")
    page = as_ana.get("/schedule/").text
    assert ">Tuesday 1 December</time></h2>" in page
    assert ">18:00 UTC</time>" in page
    assert "Same time as “<bdi>Sun</bdi>”" in page
    assert page.count("You host") >= 2


def test_an_empty_schedule_suggests_next_steps(as_ana):
    page = as_ana.get("/schedule/").text
    assert "Nothing planned yet" in page
    assert "Get the feed" in page


def test_the_schedule_requires_sign_in(client, db):
    assert client.get("/schedule/").url == "/accounts/login/?next=/schedule/"


@pytest.mark.parametrize("planned", [1, 4])
def test_the_query_count_of_the_page_does_not_grow_with_spaces(
    as_ana, ana, ben, planned, django_assert_num_queries
):
    for _ in range(planned):
        make_planned(ana)
        set_reminders(make_planned(ben), ana)
    as_ana.get("/schedule/")
    with django_assert_num_queries(11):
        as_ana.get("/schedule/")
