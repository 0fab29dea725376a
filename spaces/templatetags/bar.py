"""The Spaces bar, wherever it is drawn."""

from django import template

from accounts.models import User
from spaces.bar import Tile, bar

register = template.Library()


@register.simple_tag(takes_context=True)
def tiles(context: template.Context) -> list[Tile]:
    """Where people whom the reader follows are live."""
    reader = context["request"].user
    return bar(reader) if isinstance(reader, User) else []
