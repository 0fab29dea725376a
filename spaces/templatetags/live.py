"""The card "Live now" in the side column."""

from typing import Any

from django import template

from spaces.directory.discovery import beside
from spaces.directory.live_people import live_view_of

register = template.Library()


@register.inclusion_tag("spaces/_live_now.html", takes_context=True)
def live_now(context: template.Context) -> dict[str, Any]:
    """Render the live Spaces with the most listeners; the card is hidden while there are none."""
    request = context["request"]
    return {**beside(live_view_of(request)), "request": request}
