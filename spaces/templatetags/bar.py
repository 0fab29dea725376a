"""The Spaces bar, wherever it is drawn."""

from django import template

from spaces.directory.bar import Tile, bar
from spaces.directory.live_people import seen_by

register = template.Library()


@register.simple_tag(takes_context=True)
def tiles(context: template.Context) -> list[Tile]:
    """Where people whom the reader follows are live."""
    return bar(seen_by(context["request"]))
