"""How a person is sent to pages."""

from typing import TypedDict

from accounts.models import User


class Person(TypedDict):
    """The *person* of docs/protocol.md."""

    id: str
    handle: str
    name: str
    initials: str
    palette: int  # 0-23
    avatar: str  # a URL, or "" if the page shows initials


def person(user: User) -> Person:
    return {
        "id": user.key,
        "handle": user.handle,
        "name": user.name,
        "initials": user.initials,
        "palette": user.palette,
        "avatar": user.avatar,
    }
