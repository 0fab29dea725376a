"""The card "Live now", beside pages about something else."""

from typing import Any

from django import template

from spaces.directory.discovery import beside
from spaces.directory.live_people import live_view_of

register = template.Library()


@register.inclusion_tag("spaces/_live_now.html", takes_context=True)
def live_now(context: template.Context) -> dict[str, Any]:
    """Show the live Spaces with the most listeners; hidden while nobody is live."""
    request = context["request"]
    return {**beside(live_view_of(request)), "request": request}
