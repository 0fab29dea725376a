"""How a link looks elsewhere: Open Graph, Twitter's card and oEmbed say the same."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.templatetags.static import static

from accounts.avatars import SIDE
from accounts.models import User


@dataclass(frozen=True)
class Picture:
    path: str
    width: int
    height: int
    words: str = ""

    @property
    def url(self) -> str:
        return absolute(self.path)


@dataclass(frozen=True)
class Preview:
    title: str
    description: str
    path: str
    picture: Picture
    author: User | None = None
    kind: str = "website"  # og:type
    fresh_for: int = 3600  # seconds that others may keep it

    @property
    def url(self) -> str:
        return absolute(self.path)

    @property
    def is_wide(self) -> bool:
        return self.picture.width > self.picture.height

    @property
    def oembed_url(self) -> str:
        return absolute("/oembed/?" + urlencode({"url": self.url, "format": "json"}))


def of_person(person: User) -> Preview:
    return Preview(
        title=f"{person.name} (@{person.handle})",
        description=person.bio or f"{person.name} is on Spaces: live audio rooms, in two taps.",
        path=person.get_absolute_url(),
        picture=face(person),
        author=person,
        kind="profile",
    )


def face(person: User) -> Picture:
    """The picture that a person chose, or ours."""
    if not person.avatar:
        return ours()
    return Picture(person.avatar, SIDE, SIDE, f"{person.name}'s picture")


def ours() -> Picture:
    return Picture(static("img/card.png"), 1200, 630, "Spaces: rooms you can hear")


def absolute(path: str) -> str:
    """For who reads it elsewhere."""
    return f"{settings.BASE_URL.rstrip('/')}{path}"
