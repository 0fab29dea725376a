"""What stands around the pages of the admin: how much waits, for those who may read it."""

import re

import pytest
from django.contrib.auth.models import Permission

from safety import appeals, report_counts, suspension
from tests.factories import make_user, signed_in
from tests.safety.desk import open_case

pytestmark = pytest.mark.django_db
BADGE = re.compile(r"<span>Reports</span>\s*<span[^>]*>\s*(\d+)\s*</span>")


@pytest.fixture
def front(staff):
    """The admin's front page, read anew."""
    return lambda user=staff: signed_in(user).get("/admin/").text


def test_the_front_page_and_the_sidebar_count_what_waits(front, staff, ana):
    assert "Nothing to review." in front()
    assert BADGE.search(front()) is None
    open_case(ana, by=staff)
    found = suspension.suspend(ana, until=None, reason="Threats", by=staff)
    appeals.appeal(found, text="It was my brother.")
    page = front()
    assert "1 report, 1 appeal." in page
    assert BADGE.search(page)[1] == "2"


def test_counting_is_one_query_a_page(as_staff, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert report_counts.waiting().total == 0
    with django_assert_num_queries(1 + 2):  # beside the session and its person
        as_staff.get("/admin/")


def test_who_may_not_read_reports_is_not_told_of_them(front, staff, ana):
    open_case(ana, by=staff)
    helper = make_user("hugo", is_staff=True)
    helper.user_permissions.add(Permission.objects.get(codename="view_space"))
    page = front(helper)
    assert "/admin/spaces/space/" in page
    assert "waits" not in page
    assert "/admin/safety/report/" not in page


def test_who_has_waited_longest_is_next(as_staff, staff):
    cases = [open_case(make_user(), by=staff) for _ in range(2)]
    lists = [
        as_staff.get("/admin/safety/report/", asked).context["cl"]
        for asked in ({}, {"queue": "all"})
    ]
    assert [list(each.result_list) for each in lists] == [cases, cases[::-1]]
    assert ["outcome" in each.list_display for each in lists] == [False, True]
