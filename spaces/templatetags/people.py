"""People and chat messages in a room, and the names of people's buttons, as screen readers read
them."""

from collections.abc import Collection
from typing import Any

from django import template
from django.utils.safestring import SafeString

from core import cached_includes

register = template.Library()

ROLE_WORDS = {"cohost": "co-host"}


@register.simple_tag
def person_label(
    person: dict[str, Any] | None,
    role: str,
    *,
    me: str = "",
    blocked: Collection[str] = (),
    muted: Any = False,
    hand: Any = False,
) -> str:
    """Return a label such as "Ana (you), host, muted".

    static/js/room/people/person.js replaces it as the room changes. Both start with the visible
    text, so that voice control finds the button: the name, and below a listener "You blocked this
    person".
    """
    key, name = (person["id"], person["name"]) if person else ("", "")
    words = ROLE_WORDS.get(role, role)
    block = "you blocked this person" if key and key in blocked else ""
    return ", ".join(
        filter(
            None,
            [
                f"{name} (you)" if key and key == me else name,
                *([block, words] if role == "listener" else [words, block]),
                "muted" if muted else "",
                "hand raised" if hand else "",
            ],
        )
    )


@register.simple_tag(takes_context=True)
def person_cell(
    context: template.Context,
    person: dict[str, Any] | None,
    role: str,
    *,
    muted: Any = False,
    hand: Any = False,
) -> SafeString:
    """Render a person in a grid; without a person, the template that the script clones."""
    me, blocked = _reader(context) if person else ("", ())
    face = _face(person)
    return cached_includes.render_on(
        context,
        "spaces/room/_person.html",
        role=str(role),
        muted=bool(muted),
        hand=bool(hand),
        is_me=bool(person) and face["key"] == me,
        is_blocked=bool(person) and face["key"] in blocked,
        label=person_label(person, role, me=me, blocked=blocked, muted=muted, hand=hand),
        **face,
    )


@register.simple_tag(takes_context=True)
def chat_message(context: template.Context, message: dict[str, Any] | None) -> SafeString:
    """Render a chat message; without one, the template that the script clones."""
    me, blocked = _reader(context) if message else ("", ())
    face = _face(message["person"] if message else None)
    return cached_includes.render_on(
        context,
        "spaces/room/_message.html",
        message_id=message["id"] if message else "",
        at=message["at"] if message else "",
        text=message.get("text", "") if message else "",
        is_deleted=bool(message and message.get("deleted")),
        is_host=bool(message) and face["key"] == context["snapshot"]["space"].get("host"),
        is_own=bool(message) and face["key"] == me,
        is_blocked=bool(message) and face["key"] in blocked,
        **face,
    )


def _reader(context: template.Context) -> tuple[str, Collection[str]]:
    """Return the reader's person key, or "", and the keys of the people whom the reader blocks."""
    data = context["view_data"]
    return data["me"]["id"] if data["me"] else "", data["blocked"]


def _face(person: dict[str, Any] | None) -> dict[str, cached_includes.Value]:
    found = person or {"id": "", "name": "", "palette": "", "initials": "", "avatar": ""}
    return {
        "key": found["id"],
        "name": found["name"],
        "palette": found["palette"],
        "initials": found["initials"],
        "picture": found["avatar"],
    }
