"""Plain functions that create people and Spaces for tests."""

from datetime import timedelta
from itertools import count

from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.models import User
from spaces.actions import lifecycle, stage
from spaces.models import Guest, Role, Space, State
from spaces.viewer import Viewer

_numbers = count(1)


def make_user(handle: str = "", *, followers: int = 0, **fields: object) -> User:
    handle = handle or f"person{next(_numbers)}"
    defaults = {"email": f"{handle}@example.org", "follower_count": followers}
    return User.objects.create_user(handle, password="a good password", **{**defaults, **fields})


def make_host(handle: str = "", **fields: object) -> User:
    return make_user(handle, followers=600, **fields)


def make_staff(handle: str = "edda") -> User:
    """Create a member of the staff who has every permission, but is not a superuser."""
    user = make_user(handle, is_staff=True)
    user.user_permissions.set(Permission.objects.all())
    return user


def signed_in(user: User, *, enforce_csrf_checks: bool = False) -> Client:
    """Return a browser in which this person is signed in."""
    client = Client(enforce_csrf_checks=enforce_csrf_checks)
    client.force_login(user)
    return client


def follow_counts(user: User) -> tuple[int, int]:
    """Return the numbers of followers and of followed people from the database."""
    user.refresh_from_db()
    return user.follower_count, user.following_count


def make_space(host: User | None = None, *, title: str = "What cities sound like") -> Space:
    """Start a Space; its host is on the stage and muted."""
    return lifecycle.start(host=host or make_host(), title=title)


def make_scheduled_space(host: User | None = None, *, title: str = "Rain, later") -> Space:
    """Create a Space that starts in five minutes, without the `Schedule` that scheduling/ adds."""
    return Space.objects.create(
        host=host or make_host(),
        title=title,
        state=State.SCHEDULED,
        starts_at=timezone.now() + timedelta(minutes=5),
    )


def put_on_stage(space: Space, user: User, role: Role = Role.SPEAKER) -> User:
    """Put a person on the stage, muted, without an invitation."""
    stage.take_seat(space, user=user, role=role)
    return user


def join_as_guest(space: Space, token: str = "t0k3n") -> Viewer:  # noqa: S107 - no password
    """Add a guest to this Space, as if they had tapped "Listen as a guest"."""
    guest = Viewer(guest=token)
    Guest.objects.get_or_create(space=space, viewer_key=guest.key)
    return guest
