import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import blocking, follow
from tests.factories import make_user, signed_in

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


def test_a_profile_offers_to_block_and_asks_first(as_ben, ana, ben):
    assert 'href="/@ana/block/"' in as_ben.get("/@ana/").text
    page = as_ben.get("/@ana/block/")
    assert "Block @ana?" in page.text
    assert not blocking.blocks(ben, ana)


def test_blocking_by_the_form_leads_back_to_a_profile_that_says_so(as_ben, ana, ben):
    page = as_ben.post("/@ana/block/", follow=True)
    assert page.redirect_chain == [("/@ana/", 302)]
    assert blocking.blocks(ben, ana)
    assert page.text.count("You blocked @ana") == 2  # once as a message, once on the profile
    assert 'action="/@ana/unblock/"' in page.text
    assert 'action="/@ana/follow/"' not in page.text


def test_a_script_hears_nothing_but_yes(as_ben, ana, ben):
    assert as_ben.post("/@ana/block/", headers=JSON).status_code == 204
    assert blocking.blocks(ben, ana)
    assert as_ben.post("/@ana/unblock/", headers=JSON).status_code == 204
    assert not blocking.blocks(ben, ana)


def test_who_is_blocked_is_offered_nothing_to_follow(as_ben, ana, ben):
    blocking.block(blocker=ana, blocked=ben)
    page = as_ben.get("/@ana/").text
    assert "You can't follow @ana" in page
    assert 'action="/@ana/follow/"' not in page


def test_following_across_a_block_from_a_stale_page_says_why(as_ben, ana, ben):
    blocking.block(blocker=ana, blocked=ben)
    page = as_ben.post("/@ana/follow/", follow=True)
    assert "You can&#x27;t follow @ana." in page.text
    answer = as_ben.post("/@ana/follow/", headers={"HX-Request": "true", "HX-Target": "follow"})
    assert '"path": "/@ana/"' in answer["HX-Location"]
    assert not follow.follows(follower=ben, followed=ana)


def test_the_list_names_whom_one_blocks_and_unblocks_them(as_ben, ana, ben):
    assert "You haven’t blocked anyone" in as_ben.get("/settings/blocked/").text
    blocking.block(blocker=ben, blocked=ana)
    blocking.block(blocker=ana, blocked=ben)
    page = as_ben.get("/settings/blocked/").text
    assert page.count("Unblock") == 1
    answer = as_ben.post("/@ana/unblock/", {"listed": ""})
    assert answer["location"] == "/settings/blocked/"
    assert not blocking.blocks(ben, ana)
    assert blocking.blocks(ana, ben)


def test_the_list_costs_the_same_however_many_are_blocked(as_ben, ben):
    costs = []
    for people in (1, 2):
        for _ in range(people):
            blocking.block(blocker=ben, blocked=make_user())
        with CaptureQueriesContext(connection) as queries:
            as_ben.get("/settings/blocked/")
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_who_closed_their_account_can_still_be_unblocked(as_ben, ana, ben):
    blocking.block(blocker=ben, blocked=ana)
    ana.is_active = False
    ana.save()
    as_ben.post("/@ana/unblock/", {"listed": ""})
    assert not blocking.blocks(ben, ana)


def test_nobody_blocks_themselves_nor_signed_out_nor_without_a_token(as_ben, ana, ben):
    assert as_ben.post("/@ben/block/").status_code == 403
    assert Client().post("/@ana/block/")["location"].startswith("/accounts/login/")
    strict = signed_in(ben, enforce_csrf_checks=True)
    assert strict.post("/@ana/block/").status_code == 403
    assert as_ben.get("/@ana/unblock/").status_code == 405
    assert not blocking.blocks(ben, ana)
