"""Tags for avatars."""

from dataclasses import dataclass
from typing import Any, Protocol

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from accounts.models import User

register = template.Library()


class Live(Protocol):
    """The live Space of a person: its URL, and words such as "hosting a live Space"."""

    @property
    def url(self) -> str: ...

    @property
    def words(self) -> str: ...


@dataclass(frozen=True)
class Ring:
    """The data with which `components/_avatar.html` renders the ring of an avatar."""

    key: str  # the person key
    home: str  # the URL of the profile, where the avatar leads if there is no ring
    live: Live | None


@register.simple_tag(takes_context=True)
def ring_of(context: template.Context, person: Any, plain: Any = False) -> Ring | None:
    """Return the ring of a User, or of a person in the message format (docs/protocol.md).

    Return None without a person, and for a `plain` avatar.

    settings.LIVE_VIEW finds the Space in which a person is live, as this app does not know Spaces.
    """
    if not person or plain:
        return None
    if isinstance(person, User):
        key, home = person.key, person.get_absolute_url()
    else:
        key, home = person["id"], reverse("accounts:profile", args=[person["handle"]])
    view = import_string(settings.LIVE_VIEW)(context.get("request"))
    return Ring(key, home, view.get(key))
