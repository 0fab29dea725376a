"""Rings: an avatar has a purple ring while its person hosts or speaks in a live Space."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse

from accounts.models import User
from spaces.directory.live_people import Live, live_view_of
from spaces.models import Space

register = template.Library()


@dataclass(frozen=True)
class Ring:
    """What `components/_avatar.html` needs to draw a ring around an avatar."""

    key: str
    home: str
    live: Live | None


@register.simple_tag(takes_context=True)
def ring_of(context: template.Context, person: Any, plain: Any = False) -> Ring | None:
    """Return the ring of a User, or of a person as docs/protocol.md has them."""
    if not person or plain:
        return None
    if isinstance(person, User):
        key, home = person.key, person.get_absolute_url()
    else:
        key, home = person["id"], reverse("accounts:profile", args=[person["handle"]])
    return Ring(key, home, live_view_of(context.get("request")).get(key))


@register.simple_tag(takes_context=True)
def live_space_of(context: template.Context, person: User) -> Space | None:
    """Return the live Space that the ring around `person` leads to, if the reader may see it."""
    live = live_view_of(context.get("request")).get(person.key)
    if live is None:
        return None
    return Space.objects.select_related("host").filter(public_id=live.space_id).first()
