"""Follow counts stay correct while people follow and unfollow concurrently, on both databases."""

import pytest

from accounts import follow
from accounts.models import Follow, User
from tests.concurrency import run_concurrently
from tests.factories import make_user

pytestmark = pytest.mark.integration


def test_concurrent_followers_are_all_counted(both_databases):
    star, fans = make_user("star"), [make_user(f"fan_{n}") for n in range(12)]
    outcomes = run_concurrently(12, lambda n: follow.follow(follower=fans[n], followed=star))
    assert outcomes == [True] * 12
    star.refresh_from_db()
    assert star.follower_count == star.followed_by.count() == 12


def test_following_twelve_times_concurrently_counts_once(both_databases):
    star, fan = make_user("star"), make_user("fan")
    outcomes = run_concurrently(12, lambda n: follow.follow(follower=fan, followed=star))
    assert sorted(map(str, outcomes)) == ["False"] * 11 + ["True"]
    assert list(
        User.objects.order_by("handle").values_list("follower_count", "following_count")
    ) == [
        (0, 1),
        (1, 0),
    ]


def test_two_people_can_follow_each_other_concurrently(both_databases):
    pair = [make_user("ana"), make_user("ben")]
    for _ in range(5):
        run_concurrently(2, lambda n: follow.follow(follower=pair[n], followed=pair[1 - n]))
        outcomes = run_concurrently(
            2, lambda n: follow.unfollow(follower=pair[n], followed=pair[1 - n])
        )
        assert outcomes == [True, True]
    assert set(User.objects.values_list("follower_count", "following_count")) == {(0, 0)}


def test_concurrent_follows_and_unfollows_leave_counts_that_match_the_rows(both_databases):
    star, fan = make_user("star"), make_user("fan")

    def change(number):
        function = follow.follow if number % 2 else follow.unfollow
        return function(follower=fan, followed=star)

    outcomes = run_concurrently(16, change)
    assert set(map(type, outcomes)) == {bool}
    star.refresh_from_db()
    fan.refresh_from_db()
    rows = Follow.objects.count()
    assert (star.follower_count, fan.following_count) == (rows, rows)
