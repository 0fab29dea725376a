"""The admin shows the number of open reports to staff who may view them."""

import re

import pytest
from django.contrib.auth.models import Permission

from safety import appeals, report_counts, suspension
from tests.factories import make_user, signed_in
from tests.safety.moderation import open_case

pytestmark = pytest.mark.django_db
BADGE = re.compile(r"<span>Reports</span>\s*<span[^>]*>\s*(\d+)\s*</span>")


@pytest.fixture
def load_front_page(staff):
    """Load the admin's front page as the given member of the staff."""
    return lambda user=staff: signed_in(user).get("/admin/").text


def test_the_front_page_and_the_sidebar_count_open_reports(load_front_page, staff, ana):
    assert "Nothing to review." in load_front_page()
    assert BADGE.search(load_front_page()) is None
    open_case(ana, by=staff)
    found = suspension.suspend(ana, until=None, reason="Threats", by=staff)
    appeals.appeal(found, text="It was my brother.")
    page = load_front_page()
    assert "1 report, 1 appeal." in page
    assert BADGE.search(page)[1] == "2"


def test_counting_open_reports_takes_one_query_per_page(as_staff, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert report_counts.waiting().total == 0
    with django_assert_num_queries(1 + 2):  # two more for the session and its user
        as_staff.get("/admin/")


def test_staff_who_may_not_view_reports_see_no_count(load_front_page, staff, ana):
    open_case(ana, by=staff)
    helper = make_user("hugo", is_staff=True)
    helper.user_permissions.add(Permission.objects.get(codename="view_space"))
    page = load_front_page(helper)
    assert "/admin/spaces/space/" in page
    assert "1 report" not in page
    assert "/admin/safety/report/" not in page


def test_the_list_says_which_cases_staff_opened(as_staff, staff, ana):
    open_case(ana, by=staff)
    assert "Opened by staff" in as_staff.get("/admin/safety/report/").text


def test_the_report_that_has_waited_longest_comes_first(as_staff, staff):
    cases = [open_case(make_user(), by=staff) for _ in range(2)]
    lists = [
        as_staff.get("/admin/safety/report/", filters).context["cl"]
        for filters in ({}, {"queue": "all"})
    ]
    assert [list(each.result_list) for each in lists] == [cases, cases[::-1]]
    assert ["outcome" in each.list_display for each in lists] == [False, True]
