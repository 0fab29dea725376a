"""The card "Live now", beside pages about something else."""

from typing import Any

from django import template

from spaces.directory.discovery import beside
from spaces.directory.live_people import seen_by

register = template.Library()


@register.inclusion_tag("spaces/_live_now.html", takes_context=True)
def live_now(context: template.Context) -> dict[str, Any]:
    """Show the live Spaces with the most listeners; hidden while nobody is live."""
    request = context["request"]
    return {**beside(seen_by(request)), "request": request}
