"""Previews of this site's links on other sites: data for Open Graph, Twitter cards and oEmbed."""

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
    alt: str = ""

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
    cache_seconds: int = 3600  # how long other sites may cache it

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
        description=person.bio or f"{person.name} is on Spaces. Join live audio rooms in two taps.",
        path=person.get_absolute_url(),
        picture=picture_of(person),
        author=person,
        kind="profile",
    )


def picture_of(person: User) -> Picture:
    """Return the person's picture, or the site's picture if they have none."""
    if not person.avatar:
        return site_picture()
    return Picture(person.avatar, SIDE, SIDE, f"{person.name}'s picture")


def site_picture() -> Picture:
    return Picture(static("img/card.png"), 1200, 630, "Spaces: rooms you can hear")


def absolute(path: str) -> str:
    """Return the full URL of a path, for use outside the site."""
    return f"{settings.BASE_URL.rstrip('/')}{path}"
