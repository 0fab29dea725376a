"""The pages that list followers and followed people."""

import pytest

from accounts import follow, follow_lists
from accounts.blocking import block
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def handles_of(found):
    return [row.person.handle for row in found.rows]


def test_the_newest_follower_comes_first(ana, ben):
    for handle in ("one", "two"):
        follow.follow(follower=make_user(handle), followed=ana)
    follow.follow(follower=ana, followed=ben)
    assert handles_of(follow_lists.follow_list(ana, "followers", reader=None)) == ["two", "one"]
    assert handles_of(follow_lists.follow_list(ana, "following", reader=None)) == ["ben"]


def test_pages_have_no_gaps_and_no_duplicates(ana, monkeypatch):
    monkeypatch.setattr(follow_lists, "PAGE", 2)
    for number in range(5):
        follow.follow(follower=make_user(f"fan_{number}"), followed=ana)
    seen, after = [], None
    while True:
        found = follow_lists.follow_list(ana, "followers", reader=None, after=after)
        seen += handles_of(found)
        after = found.after
        if after is None:
            break
    assert seen == [f"fan_{number}" for number in reversed(range(5))]


def test_returning_to_a_list_shows_the_people_down_to_the_last_one_seen(ana, monkeypatch):
    monkeypatch.setattr(follow_lists, "PAGE", 2)
    fans = [make_user(f"fan_{number}") for number in range(7)]
    for fan in fans[:6]:
        follow.follow(follower=fan, followed=ana)
    seen = follow_lists.follow_list(ana, "followers", reader=None)
    last = follow_lists.follow_list(ana, "followers", reader=None, after=seen.after).rows[-1]
    follow.follow(follower=fans[6], followed=ana)
    follow.unfollow(follower=fans[5], followed=ana)
    again = follow_lists.follow_list(ana, "followers", reader=None, until=last.key)
    assert handles_of(again) == ["fan_6", "fan_4", "fan_3", "fan_2"]
    assert (again.after, again.is_cut) == (last.key, False)


def test_a_row_shows_whether_the_reader_and_the_person_follow_each_other(ana, ben):
    both, none = make_user("both"), make_user("none")
    for fan in (both, none):
        follow.follow(follower=fan, followed=ana)
    follow.follow(follower=ben, followed=both)
    follow.follow(follower=both, followed=ben)
    rows = follow_lists.follow_list(ana, "followers", reader=ben).rows
    assert [(row.person, row.is_followed, row.follows_reader) for row in rows] == [
        (none, False, False),
        (both, True, True),
    ]


def test_people_who_block_the_reader_are_not_listed(ana, ben):
    fan = make_user("fan")
    follow.follow(follower=fan, followed=ana)
    block(blocker=fan, blocked=ben)
    assert handles_of(follow_lists.follow_list(ana, "followers", reader=ben)) == []
    assert handles_of(follow_lists.follow_list(ana, "followers", reader=None)) == ["fan"]


def test_a_reader_whom_the_owner_blocks_is_redirected_to_the_profile(as_ben, ana, ben):
    block(blocker=ana, blocked=ben)
    assert as_ben.get("/@ana/followers/").url == "/@ana/"


def test_following_from_a_list_returns_only_the_button(as_ben, ana, ben):
    headers = {"HX-Request": "true", "HX-Target": f"follow-{ana.pk}"}
    answer = as_ben.post("/@ana/follow/", headers=headers)
    assert answer.text.count("<form") == 1
    assert 'action="/@ana/unfollow/"' in answer.text
    assert follow.follows(follower=ben, followed=ana)


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 30, "²"])
def test_an_invalid_page_key_shows_the_first_page(as_ben, ana, ben, after):
    follow.follow(follower=ben, followed=ana)
    assert "@ben" in as_ben.get(f"/@ana/followers/?after={after}").text


def test_empty_lists_say_what_to_do(as_ben, ana, ben):
    assert "You could be the first" in as_ben.get("/@ana/followers/").text
    assert "Find live Spaces" in as_ben.get("/@ben/following/").text


def test_a_list_of_hidden_people_does_not_say_that_nobody_follows(as_ben, ana, ben):
    fan = make_user("fan")
    follow.follow(follower=fan, followed=ana)
    follow.follow(follower=ana, followed=fan)
    block(blocker=fan, blocked=ben)
    for side in ("followers", "following"):
        page = as_ben.get(f"/@ana/{side}/").text
        assert ("Nobody to show here" in page, "yet</b>" in page) == (True, False)


def test_query_count_does_not_grow_with_the_number_of_followers(
    as_ben, ana, django_assert_num_queries
):
    counts = []
    for _ in range(2):
        follow.follow(follower=make_user(), followed=ana)
        as_ben.get("/@ana/followers/")
        with django_assert_num_queries(50, exact=False) as queries:
            as_ben.get("/@ana/followers/")
        counts.append(len(queries))
        follow.follow(follower=make_user(), followed=ana)
    assert counts[0] == counts[1]


def test_without_javascript_a_button_redirects_back_to_its_row(as_ben, ana):
    fan = make_user("fan")
    follow.follow(follower=fan, followed=ana)
    for page in ("/@ana/followers/?after=900", "/@ana/followers/"):
        headers = {"Referer": f"http://testserver{page}"}
        for button in ("follow", "unfollow"):
            answer = as_ben.post(f"/@fan/{button}/", headers=headers)
            assert answer["Location"] == f"{page}#follow-{fan.pk}"
    elsewhere = as_ben.post("/@fan/follow/", headers={"Referer": "http://testserver/@fan/"})
    assert elsewhere["Location"] == "/@fan/"
    assert f'id="follow-{fan.pk}"' in as_ben.get("/@ana/followers/").text
