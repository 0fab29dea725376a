import pytest
from django.db import IntegrityError

from accounts import blocking, follow
from accounts.models import Block
from accounts.signals import user_blocked
from tests.factories import follow_counts, make_user

pytestmark = pytest.mark.django_db


def test_a_block_applies_in_one_direction(ana, ben):
    assert blocking.block(blocker=ana, blocked=ben) is True
    assert blocking.blocks(ana, ben) is True
    assert blocking.blocks(ben, ana) is False


def test_blocking_twice_creates_one_block(ana, ben):
    blocking.block(blocker=ana, blocked=ben)
    assert blocking.block(blocker=ana, blocked=ben) is False
    assert Block.objects.count() == 1


def test_a_block_ends_follows_in_both_directions_and_updates_the_counts(ana, ben):
    follow.follow(follower=ana, followed=ben)
    follow.follow(follower=ben, followed=ana)
    blocking.block(blocker=ana, blocked=ben)
    assert (follow_counts(ana), follow_counts(ben)) == ((0, 0), (0, 0))
    assert follow.follows(follower=ben, followed=ana) is False


def test_neither_person_can_follow_the_other_during_a_block(ana, ben):
    blocking.block(blocker=ana, blocked=ben)
    with pytest.raises(follow.Blocked, match=r"^You blocked @ben\."):
        follow.follow(follower=ana, followed=ben)
    with pytest.raises(follow.Blocked, match=r"^You can't follow @ana\.$"):
        follow.follow(follower=ben, followed=ana)
    assert (follow_counts(ana), follow_counts(ben)) == ((0, 0), (0, 0))


def test_unblocking_allows_new_follows_but_does_not_restore_old_ones(ana, ben):
    follow.follow(follower=ana, followed=ben)
    blocking.block(blocker=ana, blocked=ben)
    assert blocking.unblock(blocker=ana, blocked=ben) is True
    assert blocking.unblock(blocker=ana, blocked=ben) is False
    assert follow.follows(follower=ana, followed=ben) is False
    assert follow.follow(follower=ben, followed=ana) is True


def test_a_block_hides_both_people_from_each_other(ana, ben):
    cleo = make_user("cleo")
    blocking.block(blocker=ana, blocked=ben)
    blocking.block(blocker=cleo, blocked=ana)
    assert blocking.blocked_ids(ana) == {ben.pk}
    assert blocking.hidden_ids(ana) == {ben.pk, cleo.pk}
    assert blocking.hidden_ids(ben) == {ana.pk}


def test_finding_hidden_people_takes_one_query(ana, ben, django_assert_num_queries):
    blocking.block(blocker=ana, blocked=ben)
    with django_assert_num_queries(1):
        blocking.hidden_ids(ana)


def test_people_cannot_block_themselves(ana):
    with pytest.raises(ValueError, match="themselves"):
        blocking.block(blocker=ana, blocked=ana)
    with pytest.raises(IntegrityError):
        Block.objects.create(blocker=ana, blocked=ana)


def test_a_new_block_is_signalled_once_after_the_commit(
    ana, ben, django_capture_on_commit_callbacks
):
    received = []

    def on_user_blocked(sender, blocker, blocked, **kwargs):
        received.append((blocker, blocked))

    user_blocked.connect(on_user_blocked)
    with django_capture_on_commit_callbacks(execute=True):
        blocking.block(blocker=ana, blocked=ben)
        blocking.block(blocker=ana, blocked=ben)
        assert received == []
    assert received == [(ana, ben)]
