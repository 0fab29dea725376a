import pytest
from django.db import IntegrityError

from accounts import follow
from accounts.models import Follow, User
from tests.factories import follow_counts

pytestmark = pytest.mark.django_db


def test_following_changes_the_counts_of_both_people(ana, ben):
    assert follow.follow(follower=ana, followed=ben) is True
    assert (follow_counts(ana), follow_counts(ben)) == ((0, 1), (1, 0))
    assert follow.follows(follower=ana, followed=ben) is True
    assert follow.follows(follower=ben, followed=ana) is False


def test_following_twice_counts_once(ana, ben):
    follow.follow(follower=ana, followed=ben)
    assert follow.follow(follower=ana, followed=ben) is False
    assert (follow_counts(ana), follow_counts(ben)) == ((0, 1), (1, 0))


def test_unfollowing_twice_counts_once(ana, ben):
    follow.follow(follower=ana, followed=ben)
    assert follow.unfollow(follower=ana, followed=ben) is True
    assert follow.unfollow(follower=ana, followed=ben) is False
    assert (follow_counts(ana), follow_counts(ben)) == ((0, 0), (0, 0))


def test_people_cannot_follow_themselves(ana):
    with pytest.raises(ValueError, match="themselves"):
        follow.follow(follower=ana, followed=ana)


def test_the_database_rejects_a_person_who_follows_themselves(ana):
    with pytest.raises(IntegrityError):
        Follow.objects.create(follower=ana, followed=ana)


def test_recounting_sets_the_counts_from_the_rows(ana, ben):
    Follow.objects.create(follower=ana, followed=ben)
    User.objects.update(follower_count=9, following_count=9)
    follow.recount(User.objects.all())
    assert (follow_counts(ana), follow_counts(ben)) == ((0, 1), (1, 0))
