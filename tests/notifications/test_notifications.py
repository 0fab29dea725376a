import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import blocking
from notifications import inbox, unread
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def notify(user, text="Ben follows you", **more):
    return inbox.notify(user, kind="follow", text=text, **more)


def test_opening_the_page_shows_notifications_and_marks_them_as_read(as_ana, ana, ben):
    notify(ana, url="/@ben/", actor=ben)
    assert unread.count(ana) == 1
    page = as_ana.get("/notifications/").text
    assert ("Ben follows you" in page, "data-new" in page) == (True, True)
    assert unread.count(ana) == 0
    assert "data-new" not in as_ana.get("/notifications/").text


def test_the_navigation_shows_the_unread_count(as_ana, ana):
    assert 'id="unread-nav" hidden' in as_ana.get("/settings/").text
    notify(ana)
    assert 'id="unread-nav">1<' in as_ana.get("/settings/").text


def test_the_badge_shows_at_most_99_plus(as_ana, ana):
    for number in range(101):
        notify(ana, text=f"Message {number}")
    assert 'id="unread-nav">99+<' in as_ana.get("/settings/").text


def test_an_unread_notification_is_not_repeated(ana, ben):
    first = notify(ana, actor=ben)
    assert notify(ana, actor=ben) == first
    unread.mark_all_read(ana)
    assert notify(ana, actor=ben) != first


def test_people_are_not_notified_of_their_own_actions(ana):
    assert notify(ana, actor=ana) is None


@pytest.mark.parametrize("blocker", ["ana", "ben"])
def test_no_notification_is_sent_across_a_block(ana, ben, blocker):
    pair = {"ana": ana, "ben": ben}
    blocking.block(blocker=pair.pop(blocker), blocked=next(iter(pair.values())))
    assert notify(ana, actor=ben) is None


def test_a_block_hides_earlier_notifications_and_does_not_count_them(as_ana, ana, ben):
    notify(ana, actor=ben)
    notify(ana, text="From the staff")
    blocking.block(blocker=ana, blocked=ben)
    assert unread.count(ana) == 1
    page = as_ana.get("/notifications/").text
    assert ("Ben follows you" in page, "From the staff" in page) == (False, True)


def test_an_empty_page_explains_what_appears_on_it(as_ana):
    page = as_ana.get("/notifications/").text
    assert ("Nothing yet" in page, "from the staff show up here" in page) == (True, True)


def test_a_page_continues_where_the_previous_one_ended(as_ana, ana):
    for number in range(inbox.PAGE_SIZE + 1):
        notify(ana, text=f"Message {number}.")
    first, after = inbox.page(ana)
    assert (len(first), f"?before={after}" in as_ana.get("/notifications/").text) == (30, True)
    rest, end = inbox.page(ana, before=after)
    assert ([notification.text for notification in rest], end) == (["Message 0."], None)
    assert "Message 0." in as_ana.get(f"/notifications/?before={after}").text


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "²"])
def test_an_invalid_page_key_is_ignored(as_ana, before):
    assert as_ana.get("/notifications/", {"before": before}).status_code == 200


def test_query_count_does_not_grow_with_the_number_of_notifications(as_ana, ana):
    costs = []
    for count in (1, 3):
        for number in range(count):
            notify(ana, text=f"Message {number}", actor=make_user())
        with CaptureQueriesContext(connection) as queries:
            as_ana.get("/notifications/")
        costs.append(len(queries))
        unread.mark_all_read(ana)
    assert costs[0] == costs[1]


def test_notifications_require_sign_in(db):
    assert Client().get("/notifications/").url == "/accounts/login/?next=/notifications/"
