import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import blocking, follow
from tests.factories import make_user, signed_in

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


def test_a_profile_links_to_a_page_that_confirms_the_block(as_ben, ana, ben):
    assert 'href="/@ana/block/"' in as_ben.get("/@ana/").text
    page = as_ben.get("/@ana/block/")
    assert 'Block <bdi dir="ltr">@ana</bdi>?' in page.text
    assert not blocking.blocks(ben, ana)


def test_after_blocking_the_profile_says_that_the_person_is_blocked(as_ben, ana, ben):
    page = as_ben.post("/@ana/block/", follow=True)
    assert page.redirect_chain == [("/@ana/", 302)]
    assert blocking.blocks(ben, ana)
    assert "You blocked @ana" in page.text  # the message
    assert 'You blocked <bdi dir="ltr">@ana</bdi>' in page.text  # on the profile
    assert 'action="/@ana/unblock/"' in page.text
    assert 'action="/@ana/follow/"' not in page.text


def test_scripts_get_an_empty_response_to_block_and_unblock(as_ben, ana, ben):
    assert as_ben.post("/@ana/block/", headers=JSON).status_code == 204
    assert blocking.blocks(ben, ana)
    assert as_ben.post("/@ana/unblock/", headers=JSON).status_code == 204
    assert not blocking.blocks(ben, ana)


def test_a_blocked_person_sees_no_follow_button(as_ben, ana, ben):
    blocking.block(blocker=ana, blocked=ben)
    page = as_ben.get("/@ana/").text
    assert 'You can\'t follow <bdi dir="ltr">@ana</bdi>' in page
    assert 'action="/@ana/follow/"' not in page


def test_an_outdated_page_cannot_follow_a_person_who_blocks_the_reader(as_ben, ana, ben):
    blocking.block(blocker=ana, blocked=ben)
    page = as_ben.post("/@ana/follow/", follow=True)
    assert "You can&#x27;t follow @ana." in page.text
    answer = as_ben.post("/@ana/follow/", headers={"HX-Request": "true", "HX-Target": "follow"})
    assert '"path": "/@ana/"' in answer["HX-Location"]
    assert not follow.follows(follower=ben, followed=ana)


def test_the_list_shows_blocked_people_and_can_unblock_them(as_ben, ana, ben):
    assert "You haven’t blocked anyone" in as_ben.get("/settings/blocked/").text
    blocking.block(blocker=ben, blocked=ana)
    blocking.block(blocker=ana, blocked=ben)
    page = as_ben.get("/settings/blocked/").text
    assert page.count("Unblock") == 1
    answer = as_ben.post("/@ana/unblock/", {"listed": ""})
    assert answer["location"] == "/settings/blocked/"
    assert not blocking.blocks(ben, ana)
    assert blocking.blocks(ana, ben)


def test_query_count_of_the_list_does_not_grow_with_blocked_people(as_ben, ben):
    costs = []
    for people in (1, 2):
        for _ in range(people):
            blocking.block(blocker=ben, blocked=make_user())
        with CaptureQueriesContext(connection) as queries:
            as_ben.get("/settings/blocked/")
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_person_with_a_closed_account_can_be_unblocked(as_ben, ana, ben):
    blocking.block(blocker=ben, blocked=ana)
    ana.is_active = False
    ana.save()
    as_ben.post("/@ana/unblock/", {"listed": ""})
    assert not blocking.blocks(ben, ana)


def test_blocking_requires_another_person_a_session_and_a_csrf_token(as_ben, ana, ben):
    assert as_ben.post("/@ben/block/").status_code == 403
    assert Client().post("/@ana/block/")["location"].startswith("/accounts/login/")
    strict = signed_in(ben, enforce_csrf_checks=True)
    assert strict.post("/@ana/block/").status_code == 403
    assert as_ben.get("/@ana/unblock/").status_code == 405
    assert not blocking.blocks(ben, ana)
