"""Counts stay right however many follow and unfollow at once, on both databases."""

import pytest

from accounts import follow
from accounts.models import Follow, User
from tests.factories import make_user
from tests.races import at_once

pytestmark = pytest.mark.integration


def test_many_follow_one_person_at_once(both_databases):
    star, fans = make_user("star"), [make_user(f"fan_{n}") for n in range(12)]
    outcomes = at_once(12, lambda n: follow.follow(follower=fans[n], followed=star))
    assert outcomes == [True] * 12
    star.refresh_from_db()
    assert star.follower_count == star.followed_by.count() == 12


def test_one_person_follows_twelve_times_at_once(both_databases):
    star, fan = make_user("star"), make_user("fan")
    outcomes = at_once(12, lambda n: follow.follow(follower=fan, followed=star))
    assert sorted(map(str, outcomes)) == ["False"] * 11 + ["True"]
    assert list(
        User.objects.order_by("handle").values_list("follower_count", "following_count")
    ) == [
        (0, 1),
        (1, 0),
    ]


def test_two_follow_each_other_at_once(both_databases):
    pair = [make_user("ana"), make_user("ben")]
    for _ in range(5):
        at_once(2, lambda n: follow.follow(follower=pair[n], followed=pair[1 - n]))
        outcomes = at_once(2, lambda n: follow.unfollow(follower=pair[n], followed=pair[1 - n]))
        assert outcomes == [True, True]
    assert set(User.objects.values_list("follower_count", "following_count")) == {(0, 0)}


def test_following_and_unfollowing_at_once_leaves_counts_that_fit_the_rows(both_databases):
    star, fan = make_user("star"), make_user("fan")

    def change(number):
        verb = follow.follow if number % 2 else follow.unfollow
        return verb(follower=fan, followed=star)

    outcomes = at_once(16, change)
    assert set(map(type, outcomes)) == {bool}
    star.refresh_from_db()
    fan.refresh_from_db()
    rows = Follow.objects.count()
    assert (star.follower_count, fan.following_count) == (rows, rows)
