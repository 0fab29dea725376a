import pytest

from accounts import follow
from accounts.models import User
from tests.cast import make_user


@pytest.fixture
def ana(db: None) -> User:
    return make_user("ana", name="Ana")


@pytest.fixture
def ben(ana: User) -> User:
    """Follows Ana."""
    ben = make_user("ben", name="Ben")
    follow.follow(follower=ben, followed=ana)
    return ben
