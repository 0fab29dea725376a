"""What the templates of cards show, as values of a cached include (core/cached_includes.py)."""

from django.template import Context
from django.utils.safestring import mark_safe

from accounts.templatetags.avatar_tags import avatar
from core.cached_includes import Value
from spaces.directory.cards import Card


def values_of(card: Card) -> dict[str, Value]:
    space, page = card.space, Context()  # avatars without a ring need nothing of the page
    faces = (avatar(page, person, 32, plain=True) for person in card.speakers)
    return {
        "public_id": space.public_id,
        "url": space.get_absolute_url(),
        "title": space.title,
        "topic": card.topics[0] if card.topics else "",
        "host_name": card.host.name,
        "host_avatar": avatar(page, card.host, 24, plain=True),
        "speakers": mark_safe("".join(faces)),  # noqa: S308
        "listeners": card.listeners,
    }
