"""Export this app's personal data, and erase it with the account.

`settings.PERSONAL_DATA` lists one such module per app. Each module has

    export(user) -> yields the tables and files that go into the archive
    erase(user)  -> deletes or empties all data of this person that nobody else needs

`tests/accounts/test_personal_data.py` fails if a model that references people is missing from the
lists in that test.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.files.storage import Storage, default_storage
from django.db import transaction
from django.db.models import F, Q

from accounts import avatars, sessions
from accounts.follow import unfollow_all
from accounts.handles import DELETED_PREFIX
from accounts.models import Block, Export, Follow, User

DELETED_NAME = "Deleted account"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Table:
    """One JSON file of the archive: a list of objects, read row by row."""

    name: str
    rows: Iterable[Mapping[str, object]]


@dataclass(frozen=True)
class StoredFile:
    """A file of the archive, copied from a storage."""

    name: str
    storage: Storage
    stored_as: str


Part = Table | StoredFile


def export(user: User) -> Iterator[Part]:
    yield Table("account", [_account(user)])
    yield Table("email_addresses", rows_of(EmailAddress, user, "email", "verified", "primary"))
    yield Table(
        "ways_to_sign_in", rows_of(Authenticator, user, "type", "created_at", "last_used_at")
    )
    yield Table(
        "sessions", rows_of(UserSession, user, "ip", "user_agent", "created_at", "last_seen_at")
    )
    following = Follow.objects.filter(follower=user).order_by("pk")
    yield Table("following", following.values("at", handle=F("followed__handle")).iterator())
    followers = Follow.objects.filter(followed=user).order_by("pk")
    yield Table("followers", followers.values("at", handle=F("follower__handle")).iterator())
    blocks = Block.objects.filter(blocker=user).order_by("pk")
    yield Table("blocked", blocks.values("at", handle=F("blocked__handle")).iterator())
    if user.picture:
        yield StoredFile("pictures/profile.webp", default_storage, user.picture.name or "")


@transaction.atomic
def erase(user: User) -> None:
    """Erase all personal data. The row stays: Spaces, reports and the staff log refer to it."""
    sessions.end_all(user)
    unfollow_all(user)
    Block.objects.filter(Q(blocker=user) | Q(blocked=user)).delete()
    Authenticator.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    UserSession.objects.filter(user=user).delete()
    for each in Export.objects.filter(user=user):
        each.delete()
    user.groups.clear()
    user.user_permissions.clear()
    avatars.remove_picture(user)
    user.handle, user.name, user.bio, user.email = deleted_handle(user), DELETED_NAME, "", ""
    user.last_login = None
    user.set_unusable_password()
    user.save()


def deleted_handle(user: User) -> str:
    """Return the handle of an erased account. Handles have at most 15 characters, so the primary
    key is written in base 36, which is enough for 78 billion accounts."""
    number, digits = user.pk, ""
    while number:
        number, digit = divmod(number, len(DIGITS))
        digits = DIGITS[digit] + digits
    return f"{DELETED_PREFIX}{digits}"


def _account(user: User) -> dict[str, Any]:
    return {
        "handle": user.handle,
        "name": user.name,
        "bio": user.bio,
        "email": user.email,
        "joined": user.date_joined,
        "last_signed_in": user.last_login,
        "followers": user.follower_count,
        "following": user.following_count,
    }


def rows_of(model: Any, user: User, *fields: str) -> Iterator[dict[str, Any]]:
    """Return these fields of all rows that belong to this person, for a table of the archive."""
    rows: Iterator[dict[str, Any]] = (
        model.objects.filter(user=user).order_by("pk").values(*fields).iterator()
    )
    return rows
