"""The tag of the Spaces bar."""

from django import template

from spaces.directory.bar import Tile, bar
from spaces.directory.live_view import live_view_of

register = template.Library()


@register.simple_tag(takes_context=True)
def tiles(context: template.Context) -> list[Tile]:
    """Return the tiles of the reader's Spaces bar."""
    return bar(live_view_of(context["request"]))
