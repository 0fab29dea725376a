"""Create the demo people, with one row per follower, so that the counts are true."""

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.core.files.base import ContentFile
from django.db import transaction

from accounts import avatars
from accounts import follow as following
from accounts.demo import DOMAIN, PASSWORD
from accounts.demo.paintings import draw_picture
from accounts.demo.profiles import PROFILES, Profile
from accounts.models import Follow, User

LISTENERS = max(profile.followers for profile in PROFILES)


@transaction.atomic
def create_people() -> None:
    """Create the missing people and their follows; leave existing profiles unchanged."""
    handles = [profile.handle for profile in PROFILES]
    known = {user.handle: user for user in User.objects.filter(handle__in=handles)}
    missing = [profile for profile in PROFILES if profile.handle not in known]
    if not missing:
        return
    password = make_password(PASSWORD)  # hashing is slow on purpose, so do it only once
    for profile in missing:
        known[profile.handle] = _create(profile, password)
    _create_follows(missing, known, _listeners())


def _create(profile: Profile, password: str) -> User:
    user = User.objects.create(
        handle=profile.handle,
        name=profile.name,
        bio=profile.bio,
        email=f"{profile.handle}@{DOMAIN}",
        password=password,
        is_staff=profile.staff,
        is_superuser=profile.staff,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if profile.has_picture:
        avatars.set_picture(user, ContentFile(draw_picture(profile.handle)))
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


def _create_follows(missing: list[Profile], known: dict[str, User], listeners: list[User]) -> None:
    follows = [
        Follow(follower=known[profile.handle], followed=known[followed])
        for profile in PROFILES
        for followed in profile.follows
    ]
    for profile in missing:
        demo_followers = sum(profile.handle in other.follows for other in PROFILES)
        follows += [
            Follow(follower=listener, followed=known[profile.handle])
            for listener in listeners[: profile.followers - demo_followers]
        ]
    Follow.objects.bulk_create(follows, ignore_conflicts=True)
    changed = {pk for each in follows for pk in (each.follower_id, each.followed_id)}
    following.recount(User.objects.filter(pk__in=changed))
