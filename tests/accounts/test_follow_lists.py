"""The pages of followers and of whom one follows."""

import pytest

from accounts import follow, follow_lists
from accounts.blocking import block
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def people_of(found):
    return [row.person.handle for row in found.rows]


def test_the_newest_follower_stands_first(ana, ben):
    for handle in ("one", "two"):
        follow.follow(follower=make_user(handle), followed=ana)
    follow.follow(follower=ana, followed=ben)
    assert people_of(follow_lists.circle(ana, "followers", reader=None)) == ["two", "one"]
    assert people_of(follow_lists.circle(ana, "following", reader=None)) == ["ben"]


def test_pages_join_without_a_gap_or_a_double(ana, monkeypatch):
    monkeypatch.setattr(follow_lists, "PAGE", 2)
    for number in range(5):
        follow.follow(follower=make_user(f"fan_{number}"), followed=ana)
    seen, after = [], None
    while True:
        found = follow_lists.circle(ana, "followers", reader=None, after=after)
        seen += people_of(found)
        after = found.after
        if after is None:
            break
    assert seen == [f"fan_{number}" for number in reversed(range(5))]


def test_who_comes_back_sees_as_many_people_as_before(ana, monkeypatch):
    monkeypatch.setattr(follow_lists, "PAGE", 2)
    fans = [make_user(f"fan_{number}") for number in range(7)]
    for fan in fans[:6]:
        follow.follow(follower=fan, followed=ana)
    seen = follow_lists.circle(ana, "followers", reader=None)
    last = follow_lists.circle(ana, "followers", reader=None, after=seen.after).rows[-1]
    follow.follow(follower=fans[6], followed=ana)
    follow.unfollow(follower=fans[5], followed=ana)
    again = follow_lists.circle(ana, "followers", reader=None, until=last.key)
    assert people_of(again) == ["fan_6", "fan_4", "fan_3", "fan_2"]
    assert (again.after, again.is_cut) == (last.key, False)


def test_a_row_says_who_follows_whom(ana, ben):
    both, none = make_user("both"), make_user("none")
    for fan in (both, none):
        follow.follow(follower=fan, followed=ana)
    follow.follow(follower=ben, followed=both)
    follow.follow(follower=both, followed=ben)
    rows = follow_lists.circle(ana, "followers", reader=ben).rows
    assert [(row.person, row.is_followed, row.follows_reader) for row in rows] == [
        (none, False, False),
        (both, True, True),
    ]


def test_who_blocks_me_is_in_no_list_of_mine(ana, ben):
    fan = make_user("fan")
    follow.follow(follower=fan, followed=ana)
    block(blocker=fan, blocked=ben)
    assert people_of(follow_lists.circle(ana, "followers", reader=ben)) == []
    assert people_of(follow_lists.circle(ana, "followers", reader=None)) == ["fan"]


def test_whom_the_owner_blocks_is_led_away(as_ben, ana, ben):
    block(blocker=ana, blocked=ben)
    assert as_ben.get("/@ana/followers/").url == "/@ana/"


def test_following_from_a_list_answers_the_button_alone(as_ben, ana, ben):
    headers = {"HX-Request": "true", "HX-Target": f"follow-{ana.pk}"}
    answer = as_ben.post("/@ana/follow/", headers=headers)
    assert answer.text.count("<form") == 1
    assert 'action="/@ana/unfollow/"' in answer.text
    assert follow.follows(follower=ben, followed=ana)


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 30, "²"])
def test_an_address_that_cannot_be_is_the_first_page(as_ben, ana, ben, after):
    follow.follow(follower=ben, followed=ana)
    assert "@ben" in as_ben.get(f"/@ana/followers/?after={after}").text


def test_empty_circles_say_what_to_do(as_ben, ana, ben):
    assert "You could be the first" in as_ben.get("/@ana/followers/").text
    assert "Find live Spaces" in as_ben.get("/@ben/following/").text


def test_a_page_costs_the_same_with_one_follower_as_with_many(
    as_ben, ana, django_assert_num_queries
):
    counts = []
    for _ in range(2):
        follow.follow(follower=make_user(), followed=ana)
        as_ben.get("/@ana/followers/")
        with django_assert_num_queries(50, exact=False) as asked:
            as_ben.get("/@ana/followers/")
        counts.append(len(asked))
        follow.follow(follower=make_user(), followed=ana)
    assert counts[0] == counts[1]


def test_without_script_a_button_leads_back_to_its_row(as_ben, ana):
    fan = make_user("fan")
    follow.follow(follower=fan, followed=ana)
    for page in ("/@ana/followers/?after=900", "/@ana/followers/"):
        headers = {"Referer": f"http://testserver{page}"}
        for act in ("follow", "unfollow"):
            answer = as_ben.post(f"/@fan/{act}/", headers=headers)
            assert answer["Location"] == f"{page}#follow-{fan.pk}"
    elsewhere = as_ben.post("/@fan/follow/", headers={"Referer": "http://testserver/@fan/"})
    assert elsewhere["Location"] == "/@fan/"
    assert f'id="follow-{fan.pk}"' in as_ben.get("/@ana/followers/").text
