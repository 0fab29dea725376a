"""Tags for avatars and their purple rings.

settings.LIVE_VIEW decides who has a ring, because this app does not know Spaces; the view there is
computed from `spaces.directory.live_index`.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Protocol

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString

from accounts.models import User
from core.paths import path_of

register = template.Library()

MAX_KEPT = 4_000  # avatars in each process, of up to 1 KB


class Live(Protocol):
    """The live Space of a person: its URL, and words such as "hosting a live Space"."""

    @property
    def url(self) -> str: ...

    @property
    def words(self) -> str: ...


@dataclass(frozen=True)
class Ring:
    key: str  # the person key
    home: str  # the URL of the profile, where the avatar leads if there is no ring
    live: Live | None


@register.simple_tag(takes_context=True)
def avatar(
    context: template.Context,
    person: Any,
    size: int = 44,
    *,
    link: bool | str = False,
    plain: bool = False,
) -> SafeString:
    """Render the avatar of a User, or of a person in the message format (docs/protocol.md).

    It has a ring while the person hosts or speaks in a live Space; static/js/page-socket.js adds
    and removes the ring. A page has up to a hundred avatars, so the HTML is not in a template, and
    is kept in memory.

    `size`   in px, one of the sizes in avatar.css
    `link`   True: the avatar links to the profile, or to the Space while the person is live.
             "live": it links to the Space while the person is live, and is not a link otherwise.
             Without it, the avatar is inside a link or a button, or next to the person's name.
    `plain`  True: never a ring, e.g. in a room, where a ring means that the person is talking, and
             on cards with a LIVE label
    """
    looks: tuple[str, int | str, str, str]
    if isinstance(person, User):
        looks = (person.name, person.palette, person.initials, person.avatar)
    elif person:
        looks = (person["name"], person["palette"], person["initials"], person["avatar"])
    else:
        looks = ("", "", "", "")
    ring = ring_of(context, person, plain)
    if ring is None:
        return _rendered(size, link, looks, "", "", None)
    live = (ring.live.url, ring.live.words) if ring.live else None
    return _rendered(size, link, looks, ring.key, ring.home, live)


@lru_cache(MAX_KEPT)
def _rendered(
    size: int,
    link: bool | str,
    looks: tuple[str, int | str, str, str],
    key: str,  # without a ring: ""
    home: str,
    live: tuple[str, str] | None,  # the URL of the live Space, and words such as "hosting …"
) -> SafeString:
    name, palette, initials, picture = looks
    photo = (
        format_html('<img class="face" src="{}" alt="" decoding="async">', picture)
        if picture
        else ""
    )
    label = f"{name}, {live[1]}" if live else name
    face = format_html(
        '<span class="avatar size-{}{}" data-palette="{}"{}>'
        '<span class="face" aria-hidden="true" data-initials="{}"></span>{}</span>',
        size,
        " live" if live else "",
        palette,
        _ring_of_face(key, name, label, is_live=live is not None) if key and not link else "",
        initials,
        photo,
    )
    return _linked(face, key, home, live, link, name, label) if link else face


def _ring_of_face(key: str, name: str, label: str, *, is_live: bool) -> SafeString:
    role = format_html(' role="img" aria-label="{}"', label) if is_live else ""
    return format_html(' data-face="{}" data-name="{}"{}', key, name, role)


def _linked(
    face: SafeString,
    key: str,
    home: str,
    live: tuple[str, str] | None,
    link: bool | str,
    name: str,
    label: str,
) -> SafeString:
    leads_home = link != "live"
    return format_html(
        '<a class="avatar-link" data-face="{}" data-name="{}"{}{}>{}</a>',
        key,
        name,
        format_html(' data-home="{}"', home) if leads_home else "",
        format_html(' href="{}" aria-label="{}"', live[0] if live else home, label)
        if live or leads_home
        else "",
        face,
    )


@register.simple_tag(takes_context=True)
def ring_of(context: template.Context, person: Any, plain: bool = False) -> Ring | None:
    """Return the ring of a User, or of a person in the message format (docs/protocol.md).

    Return None without a person, and for a `plain` avatar.

    settings.LIVE_VIEW finds the Space in which a person is live, as this app does not know Spaces.
    """
    if not person or plain:
        return None
    if isinstance(person, User):
        key, home = person.key, person.get_absolute_url()
    else:
        key, home = person["id"], path_of("accounts:profile", person["handle"])
    return Ring(key, home, _live_view()(context.get("request")).get(key))


@cache
def _live_view() -> Any:
    return import_string(settings.LIVE_VIEW)
