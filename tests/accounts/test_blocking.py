import pytest
from django.db import IntegrityError

from accounts import blocking, follow
from accounts.models import Block
from accounts.signals import user_blocked
from tests.factories import counts, make_user

pytestmark = pytest.mark.django_db


def test_a_block_has_a_direction(ana, ben):
    assert blocking.block(blocker=ana, blocked=ben) is True
    assert blocking.blocks(ana, ben) is True
    assert blocking.blocks(ben, ana) is False


def test_blocking_twice_is_blocking_once(ana, ben):
    blocking.block(blocker=ana, blocked=ben)
    assert blocking.block(blocker=ana, blocked=ben) is False
    assert Block.objects.count() == 1


def test_a_block_ends_following_both_ways_with_the_counts(ana, ben):
    follow.follow(follower=ana, followed=ben)
    follow.follow(follower=ben, followed=ana)
    blocking.block(blocker=ana, blocked=ben)
    assert (counts(ana), counts(ben)) == ((0, 0), (0, 0))
    assert follow.follows(follower=ben, followed=ana) is False


def test_neither_follows_the_other_while_one_blocks(ana, ben):
    blocking.block(blocker=ana, blocked=ben)
    with pytest.raises(follow.Blocked, match=r"^You blocked @ben\."):
        follow.follow(follower=ana, followed=ben)
    with pytest.raises(follow.Blocked, match=r"^You can't follow @ana\.$"):
        follow.follow(follower=ben, followed=ana)
    assert (counts(ana), counts(ben)) == ((0, 0), (0, 0))


def test_unblocking_lets_them_follow_again_but_follows_nobody(ana, ben):
    follow.follow(follower=ana, followed=ben)
    blocking.block(blocker=ana, blocked=ben)
    assert blocking.unblock(blocker=ana, blocked=ben) is True
    assert blocking.unblock(blocker=ana, blocked=ben) is False
    assert follow.follows(follower=ana, followed=ben) is False
    assert follow.follow(follower=ben, followed=ana) is True


def test_who_is_hidden_from_whom(ana, ben):
    cleo = make_user("cleo")
    blocking.block(blocker=ana, blocked=ben)
    blocking.block(blocker=cleo, blocked=ana)
    assert blocking.blocked_ids(ana) == {ben.pk}
    assert blocking.hidden_ids(ana) == {ben.pk, cleo.pk}
    assert blocking.hidden_ids(ben) == {ana.pk}


def test_asking_who_is_hidden_costs_one_query(ana, ben, django_assert_num_queries):
    blocking.block(blocker=ana, blocked=ben)
    with django_assert_num_queries(1):
        blocking.hidden_ids(ana)


def test_nobody_blocks_themselves(ana):
    with pytest.raises(ValueError, match="themselves"):
        blocking.block(blocker=ana, blocked=ana)
    with pytest.raises(IntegrityError):
        Block.objects.create(blocker=ana, blocked=ana)


def test_upper_apps_hear_of_a_new_block_after_commit(ana, ben, django_capture_on_commit_callbacks):
    heard = []

    def hear(sender, blocker, blocked, **kwargs):
        heard.append((blocker, blocked))

    user_blocked.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        blocking.block(blocker=ana, blocked=ben)
        blocking.block(blocker=ana, blocked=ben)
        assert heard == []
    assert heard == [(ana, ben)]
