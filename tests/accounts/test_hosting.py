import pytest

from accounts import hosting
from accounts.hosting import HostingEligibility, eligibility, may_host
from accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("followers", "allowed"), [(0, False), (599, False), (600, True), (601, True)]
)
def test_people_with_600_followers_may_host(followers, allowed):
    assert may_host(make_user(followers=followers)) is allowed


def test_the_number_of_followers_is_a_setting(settings):
    settings.HOSTING_MIN_FOLLOWERS = 3
    assert may_host(make_user(followers=3)) is True


def test_early_access_allows_hosting_until_it_is_withdrawn():
    user = make_user(followers=2)
    hosting.grant_early_access(User.objects.filter(pk=user.pk))
    assert may_host(user) is True
    hosting.withdraw_early_access(User.objects.filter(pk=user.pk))
    assert may_host(user) is False


def test_a_closed_account_may_not_host():
    assert may_host(make_user(followers=600, is_active=False)) is False


def test_the_eligibility_says_how_many_followers_are_missing():
    found = eligibility(make_user(followers=412))
    assert found == HostingEligibility(followers=412, needed=600, early_access=False)
    assert (found.followers_missing, found.may_host) == (188, False)


def test_hosting_depends_on_the_follower_count_in_the_database():
    user = make_user(followers=600)
    User.objects.filter(pk=user.pk).update(follower_count=599)
    assert may_host(user) is False
