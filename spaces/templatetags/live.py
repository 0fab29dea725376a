"""What is live now, beside pages that are about something else."""

from typing import Any

from django import template

from spaces.discovery import busiest
from spaces.live_people import seen_by

register = template.Library()
SHOWN = 3


@register.inclusion_tag("spaces/_live_now.html", takes_context=True)
def live_now(context: template.Context) -> dict[str, Any]:
    """A card with the live Spaces that most people listen to; nothing while nobody is live."""
    request = context["request"]
    return {"cards": busiest(seen_by(request), SHOWN), "request": request}
