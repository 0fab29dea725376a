import pytest

from accounts import hosting
from accounts.hosting import Standing, may_host, standing
from accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("followers", "may"), [(0, False), (599, False), (600, True), (601, True)])
def test_from_600_followers_on_one_may_host(followers, may):
    assert may_host(make_user(followers=followers)) is may


def test_the_number_is_a_setting(settings):
    settings.HOSTING_MIN_FOLLOWERS = 3
    assert may_host(make_user(followers=3)) is True


def test_early_access_opens_the_gate_and_closes_it_again():
    user = make_user(followers=2)
    hosting.grant_early_access(User.objects.filter(pk=user.pk))
    assert may_host(user) is True
    hosting.withdraw_early_access(User.objects.filter(pk=user.pk))
    assert may_host(user) is False


def test_a_closed_account_does_not_host():
    assert may_host(make_user(followers=600, is_active=False)) is False


def test_standing_says_how_far_it_is():
    found = standing(make_user(followers=412))
    assert found == Standing(followers=412, needed=600, early_access=False)
    assert (found.missing, found.may_host) == (188, False)


def test_the_gate_reads_the_count_of_now_not_of_when_the_person_was_loaded():
    user = make_user(followers=600)
    User.objects.filter(pk=user.pk).update(follower_count=599)
    assert may_host(user) is False
