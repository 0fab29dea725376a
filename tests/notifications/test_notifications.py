import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import blocking
from notifications import inbox
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def tell(user, text="Ben follows you", **more):
    return inbox.notify(user, kind="follow", text=text, **more)


def test_the_page_shows_what_one_was_told_and_opening_it_is_reading_it(as_ana, ana, ben):
    tell(ana, url="/@ben/", actor=ben)
    assert inbox.unread(ana) == 1
    page = as_ana.get("/notifications/").text
    assert ("Ben follows you" in page, "data-new" in page) == (True, True)
    assert inbox.unread(ana) == 0
    assert "data-new" not in as_ana.get("/notifications/").text


def test_the_navigation_counts_the_unread(as_ana, ana):
    assert 'id="unread-nav" hidden' in as_ana.get("/settings/").text
    tell(ana)
    assert 'id="unread-nav">1<' in as_ana.get("/settings/").text


def test_the_badge_does_not_count_past_99(as_ana, ana):
    for number in range(101):
        tell(ana, text=f"Message {number}")
    assert 'id="unread-nav">99+<' in as_ana.get("/settings/").text


def test_the_same_before_it_is_read_is_told_once(ana, ben):
    first = tell(ana, actor=ben)
    assert tell(ana, actor=ben) == first
    inbox.read(ana)
    assert tell(ana, actor=ben) != first


def test_nobody_is_told_of_what_they_did_themselves(ana):
    assert tell(ana, actor=ana) is None


@pytest.mark.parametrize("blocker", ["ana", "ben"])
def test_nobody_is_told_across_a_block(ana, ben, blocker):
    pair = {"ana": ana, "ben": ben}
    blocking.block(blocker=pair.pop(blocker), blocked=next(iter(pair.values())))
    assert tell(ana, actor=ben) is None


def test_what_one_was_told_before_a_block_is_gone_and_not_counted(as_ana, ana, ben):
    tell(ana, actor=ben)
    tell(ana, text="From the house")
    blocking.block(blocker=ana, blocked=ben)
    assert inbox.unread(ana) == 1
    page = as_ana.get("/notifications/").text
    assert ("Ben follows you" in page, "From the house" in page) == (False, True)


def test_an_empty_page_says_what_comes_here(as_ana):
    assert "Nothing yet" in as_ana.get("/notifications/").text


def test_pages_go_on_where_the_one_before_ended(as_ana, ana):
    for number in range(inbox.PAGE + 1):
        tell(ana, text=f"Message {number}.")
    first, after = inbox.page(ana)
    assert (len(first), f"?before={after}" in as_ana.get("/notifications/").text) == (30, True)
    rest, end = inbox.page(ana, before=after)
    assert ([told.text for told in rest], end) == (["Message 0."], None)
    assert "Message 0." in as_ana.get(f"/notifications/?before={after}").text


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "²"])
def test_a_strange_key_is_no_key(as_ana, before):
    assert as_ana.get("/notifications/", {"before": before}).status_code == 200


def test_the_page_costs_the_same_however_much_there_is(as_ana, ana):
    costs = []
    for count in (1, 3):
        for number in range(count):
            tell(ana, text=f"Message {number}", actor=make_user())
        with CaptureQueriesContext(connection) as queries:
            as_ana.get("/notifications/")
        costs.append(len(queries))
        inbox.read(ana)
    assert costs[0] == costs[1]


def test_strangers_sign_in_first(db):
    assert Client().get("/notifications/").url == "/accounts/login/?next=/notifications/"
