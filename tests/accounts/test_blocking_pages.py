import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import blocking, follow
from tests.cast import make_user

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


@pytest.fixture
def ana():
    return make_user("ana", name="Ana")


@pytest.fixture
def ben():
    return make_user("ben")


@pytest.fixture
def client(ben):
    client = Client()
    client.force_login(ben)
    return client


def test_a_profile_offers_to_block_and_asks_first(client, ana, ben):
    assert 'href="/@ana/block/"' in client.get("/@ana/").text
    page = client.get("/@ana/block/")
    assert "Block @ana?" in page.text
    assert not blocking.blocks(ben, ana)


def test_blocking_by_the_form_leads_back_to_a_profile_that_says_so(client, ana, ben):
    page = client.post("/@ana/block/", follow=True)
    assert page.redirect_chain == [("/@ana/", 302)]
    assert blocking.blocks(ben, ana)
    assert page.text.count("You blocked @ana") == 2  # once as a message, once on the profile
    assert 'action="/@ana/unblock/"' in page.text
    assert 'action="/@ana/follow/"' not in page.text


def test_a_script_hears_nothing_but_yes(client, ana, ben):
    assert client.post("/@ana/block/", headers=JSON).status_code == 204
    assert blocking.blocks(ben, ana)
    assert client.post("/@ana/unblock/", headers=JSON).status_code == 204
    assert not blocking.blocks(ben, ana)


def test_who_is_blocked_is_offered_nothing_to_follow(client, ana, ben):
    blocking.block(blocker=ana, blocked=ben)
    page = client.get("/@ana/").text
    assert "You can't follow @ana" in page
    assert 'action="/@ana/follow/"' not in page


def test_following_across_a_block_from_a_stale_page_says_why(client, ana, ben):
    blocking.block(blocker=ana, blocked=ben)
    page = client.post("/@ana/follow/", follow=True)
    assert "You can&#x27;t follow @ana." in page.text
    answer = client.post("/@ana/follow/", headers={"HX-Request": "true", "HX-Target": "follow"})
    assert '"path": "/@ana/"' in answer["HX-Location"]
    assert not follow.follows(follower=ben, followed=ana)


def test_the_list_names_whom_one_blocks_and_unblocks_them(client, ana, ben):
    assert "You block nobody" in client.get("/settings/blocked/").text
    blocking.block(blocker=ben, blocked=ana)
    blocking.block(blocker=ana, blocked=ben)
    page = client.get("/settings/blocked/").text
    assert page.count("Unblock") == 1
    answer = client.post("/@ana/unblock/", {"listed": ""})
    assert answer["location"] == "/settings/blocked/"
    assert not blocking.blocks(ben, ana)
    assert blocking.blocks(ana, ben)


def test_the_list_costs_the_same_however_many_are_blocked(client, ben):
    costs = []
    for people in (1, 2):
        for _ in range(people):
            blocking.block(blocker=ben, blocked=make_user())
        with CaptureQueriesContext(connection) as queries:
            client.get("/settings/blocked/")
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_who_closed_their_account_can_still_be_unblocked(client, ana, ben):
    blocking.block(blocker=ben, blocked=ana)
    ana.is_active = False
    ana.save()
    client.post("/@ana/unblock/", {"listed": ""})
    assert not blocking.blocks(ben, ana)


def test_nobody_blocks_themselves_nor_signed_out_nor_without_a_token(client, ana, ben):
    assert client.post("/@ben/block/").status_code == 403
    assert Client().post("/@ana/block/")["location"].startswith("/accounts/login/")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ben)
    assert strict.post("/@ana/block/").status_code == 403
    assert client.get("/@ana/unblock/").status_code == 405
    assert not blocking.blocks(ben, ana)
