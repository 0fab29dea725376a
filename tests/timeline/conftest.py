import pytest

from accounts import follow
from accounts.models import User


@pytest.fixture
def ben(ana: User, ben: User) -> User:
    """Ben, who follows Ana."""
    follow.follow(follower=ben, followed=ana)
    return ben
