"""Create the demo people, each with real followers behind their count."""

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.core.files.base import ContentFile
from django.db import transaction

from accounts import avatars
from accounts import follow as following
from accounts.demo import DOMAIN, PASSWORD
from accounts.demo.paintings import paint
from accounts.demo.profiles import CAST, Role
from accounts.models import Follow, User

LISTENERS = max(role.followers for role in CAST)


@transaction.atomic
def move_in() -> None:
    """Create whoever is missing; leave those who exist as they are."""
    known = {user.handle: user for user in User.objects.filter(handle__in=[r.handle for r in CAST])}
    missing = [role for role in CAST if role.handle not in known]
    if not missing:
        return
    password = make_password(PASSWORD)  # slow on purpose: once for all of them
    for role in missing:
        known[role.handle] = _settle(role, password)
    _gather_followers(missing, known, _listeners())


def _settle(role: Role, password: str) -> User:
    user = User.objects.create(
        handle=role.handle,
        name=role.name,
        bio=role.bio,
        email=f"{role.handle}@{DOMAIN}",
        password=password,
        is_staff=role.staff,
        is_superuser=role.staff,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if role.painted:
        avatars.wear(user, ContentFile(paint(role.handle)))
    return user


def _listeners() -> list[User]:
    handles = [f"listener_{number:04}" for number in range(1, LISTENERS + 1)]
    User.objects.bulk_create(
        [
            User(handle=handle, name=f"Listener {number}", password=UNUSABLE_PASSWORD_PREFIX)
            for number, handle in enumerate(handles, start=1)
        ],
        ignore_conflicts=True,
    )
    return list(User.objects.filter(handle__in=handles).order_by("handle"))


def _gather_followers(missing: list[Role], known: dict[str, User], listeners: list[User]) -> None:
    follows = [
        Follow(follower=known[role.handle], followed=known[followed])
        for role in CAST
        for followed in role.follows
    ]
    for role in missing:
        friends = sum(role.handle in other.follows for other in CAST)
        follows += [
            Follow(follower=listener, followed=known[role.handle])
            for listener in listeners[: role.followers - friends]
        ]
    Follow.objects.bulk_create(follows, ignore_conflicts=True)
    following.recount(User.objects.filter(pk__in={pk for f in follows for pk in _ends(f)}))


def _ends(follow: Follow) -> tuple[int, int]:
    return follow.follower_id, follow.followed_id
