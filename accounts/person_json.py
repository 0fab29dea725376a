"""The JSON form of a person, which is sent to pages."""

from typing import TypedDict

from accounts.models import User


class Person(TypedDict):
    """The type *person* in docs/protocol.md."""

    id: str
    handle: str
    name: str
    initials: str
    palette: int  # 0-23
    avatar: str  # a URL, or "" if pages show initials instead


def person(user: User) -> Person:
    return {
        "id": user.key,
        "handle": user.handle,
        "name": user.name,
        "initials": user.initials,
        "palette": user.palette,
        "avatar": user.avatar,
    }
