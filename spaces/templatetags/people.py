"""The name of a person's button in a room, as screen readers read it."""

from collections.abc import Collection
from typing import Any

from django import template

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
