"""What is live now, beside pages that are about something else."""

from typing import Any

from django import template

from spaces.cards import live_cards

register = template.Library()
SHOWN = 3


@register.inclusion_tag("spaces/_live_now.html", takes_context=True)
def live_now(context: template.Context) -> dict[str, Any]:
    """A card with the live Spaces that most people listen to; nothing while nobody is live."""
    request = context["request"]
    return {"cards": live_cards(request.user)[:SHOWN], "request": request}
