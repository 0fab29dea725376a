"""The people and Spaces of the tests: plain functions that make the real thing."""

from itertools import count

from accounts.models import User
from spaces import lifecycle, stage
from spaces.models import Role, Space

_numbers = count(1)


def make_user(handle: str = "", *, followers: int = 0, **fields: object) -> User:
    handle = handle or f"person{next(_numbers)}"
    defaults = {"email": f"{handle}@example.org", "follower_count": followers}
    return User.objects.create_user(handle, password="a good password", **{**defaults, **fields})


def make_host(handle: str = "") -> User:
    return make_user(handle, followers=600)


def make_space(host: User | None = None, *, title: str = "What cities sound like") -> Space:
    """A live Space, its host on stage and muted."""
    return lifecycle.start(host=host or make_host(), title=title)


def bring_up(space: Space, user: User, role: Role = Role.SPEAKER) -> User:
    """On the stage, muted, without the invitation."""
    stage.take_seat(space, user=user, role=role)
    return user
