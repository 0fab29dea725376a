"""Tags for avatars. What a ring shows is computed in spaces/directory/live_people.py."""

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
    """The data with which `components/_avatar.html` renders the ring of an avatar."""

    key: str  # the person key
    home: str  # the URL of the profile, where the avatar leads if there is no ring
    live: Live | None


@register.simple_tag(takes_context=True)
def ring_of(context: template.Context, person: Any, plain: Any = False) -> Ring | None:
    """Return the ring of a User, or of a person in the message format (docs/protocol.md)."""
    if not person or plain:
        return None
    if isinstance(person, User):
        key, home = person.key, person.get_absolute_url()
    else:
        key, home = person["id"], reverse("accounts:profile", args=[person["handle"]])
    return Ring(key, home, live_view_of(context.get("request")).get(key))


@register.simple_tag(takes_context=True)
def live_space_of(context: template.Context, person: User) -> Space | None:
    """Return the live Space to which the person's ring leads, or None if there is none that the
    reader may see."""
    live = live_view_of(context.get("request")).get(person.key)
    if live is None:
        return None
    return Space.objects.select_related("host").filter(public_id=live.space_id).first()
