"""On both databases, concurrent requests never leave a block together with a follow."""

import pytest

from accounts import blocking, follow
from accounts.models import Block, Follow, User
from tests.concurrency import run_concurrently
from tests.factories import make_user

pytestmark = pytest.mark.integration


def test_concurrent_blocks_and_follows_leave_only_the_blocks(both_databases):
    pair = [make_user("ana"), make_user("ben")]

    def block_or_follow(number):
        one, other = pair[number % 2], pair[1 - number % 2]
        if number < 2:
            return blocking.block(blocker=one, blocked=other)
        return follow.follow(follower=one, followed=other)

    for _ in range(5):
        outcomes = run_concurrently(8, block_or_follow)
        assert {type(outcome) for outcome in outcomes} <= {bool, follow.Blocked}
        assert (Block.objects.count(), Follow.objects.count()) == (2, 0)
        assert set(User.objects.values_list("follower_count", "following_count")) == {(0, 0)}
        Block.objects.all().delete()


def test_blocking_eight_times_concurrently_creates_one_block(both_databases):
    ana, ben = make_user("ana"), make_user("ben")
    outcomes = run_concurrently(8, lambda n: blocking.block(blocker=ana, blocked=ben))
    assert sorted(map(str, outcomes)) == ["False"] * 7 + ["True"]


def test_concurrent_blocking_and_unfollowing_do_not_deadlock(both_databases):
    ana, ben = make_user("ana"), make_user("ben")
    for _ in range(5):
        follow.follow(follower=ana, followed=ben)
        follow.follow(follower=ben, followed=ana)
        outcomes = run_concurrently(
            4,
            lambda n: (
                blocking.block(blocker=ana, blocked=ben)
                if n < 2
                else follow.unfollow(follower=ben, followed=ana)
            ),
        )
        assert set(map(type, outcomes)) == {bool}
        assert set(User.objects.values_list("follower_count", "following_count")) == {(0, 0)}
        Block.objects.all().delete()
