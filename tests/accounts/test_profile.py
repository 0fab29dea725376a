import pytest
from django.test import Client

from accounts import follow
from core import rates
from notifications import inbox
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return make_user("Ana_K", name="Ana", bio="Collects <b>sounds</b>.")


def test_everyone_can_see_a_profile(ana):
    page = Client().get("/@Ana_K/")
    assert page.status_code == 200
    assert "@Ana_K" in page.text
    assert "Collects &lt;b&gt;sounds&lt;/b&gt;." in page.text
    assert 'href="/accounts/login/?next=/%40Ana_K/"' in page.text


def test_another_spelling_of_the_handle_redirects_to_the_right_one(ana):
    answer = Client().get("/@ana_k/")
    assert (answer.status_code, answer.url) == (302, "/@Ana_K/")


@pytest.mark.parametrize("handle", ["nobody_here", "x", "a" * 300, "../admin", "ana\x00"])
def test_an_unknown_handle_is_not_found(handle, ana):
    assert Client().get(f"/@{handle}/").status_code == 404


def test_a_closed_account_is_not_found(ana):
    ana.is_active = False
    ana.save()
    assert Client().get("/@Ana_K/").status_code == 404


def test_following_without_javascript_redirects_to_the_profile(as_ben, ana, ben):
    answer = as_ben.post("/@ana_k/follow/")
    assert (answer.status_code, answer.url) == (302, "/@Ana_K/")
    assert follow.follows(follower=ben, followed=ana)
    assert 'action="/@Ana_K/unfollow/"' in as_ben.get("/@Ana_K/").text


def test_following_with_htmx_returns_only_the_fragment(as_ben, ana):
    answer = as_ben.post("/@Ana_K/follow/", headers={"HX-Request": "true", "HX-Target": "follow"})
    assert answer.status_code == 200
    assert "<b>1</b> follower </a>" in " ".join(answer.text.split())
    assert "<html" not in answer.text


def test_unfollowing_removes_the_follow(as_ben, ana, ben):
    follow.follow(follower=ben, followed=ana)
    as_ben.post("/@Ana_K/unfollow/")
    assert not follow.follows(follower=ben, followed=ana)


def test_people_cannot_follow_themselves(as_ben, ben):
    assert as_ben.post("/@ben/follow/").status_code == 403
    assert "Edit profile" in as_ben.get("/@ben/").text


def test_following_requires_sign_in(ana):
    answer = Client().post("/@Ana_K/follow/")
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/%40Ana_K/follow/")
    ana.refresh_from_db()
    assert ana.follower_count == 0


def test_following_requires_a_post_with_a_csrf_token(ana, ben):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ben)
    assert client.get("/@Ana_K/follow/").status_code == 405
    assert client.post("/@Ana_K/follow/").status_code == 403


def test_a_profile_says_that_its_owner_follows_the_viewer(as_ben, ana, ben):
    follow.follow(follower=ana, followed=ben)
    assert "follows you" in as_ben.get("/@Ana_K/").text


def test_query_count_of_a_profile_does_not_grow_with_followers(
    as_ben, ana, django_assert_num_queries
):
    for number in range(3):
        follow.follow(follower=make_user(f"fan_{number}"), followed=ana)
    as_ben.get("/@Ana_K/")
    with django_assert_num_queries(11):
        as_ben.get("/@Ana_K/")


def test_a_followed_person_is_notified_once(as_ben, ana, ben):
    for button in ("follow", "unfollow", "follow"):
        as_ben.post(f"/@Ana_K/{button}/")
    notifications, _ = inbox.page(ana)
    assert [(each.text, each.url) for each in notifications] == [
        (f"{ben.name} follows you", "/@ben/")
    ]


def test_following_too_many_people_says_when_to_try_again(
    as_ben, ana, ben, monkeypatch, redis_server
):
    monkeypatch.setattr(rates, "FOLLOWING", "1/hour")
    as_ben.post("/@Ana_K/follow/")
    answer = as_ben.post("/@Ana_K/follow/", follow=True)
    assert "Try again in 60 minutes" in answer.text
