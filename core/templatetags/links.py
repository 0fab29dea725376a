"""How people's words are drawn: lines of chat, titles, reasons, bios, posts on the wall.

static/js/room/chat/links.js draws what comes later.
"""

from django import template
from django.utils.safestring import SafeString

from core.text import links

register = template.Library()


@register.filter
def linked(text: str) -> SafeString:
    return links.linked(text or "")


@register.filter
def isolated(text: str) -> SafeString:
    """Within a link or a button: handles and addresses keep their direction, and are no links."""
    return links.isolated(text or "")
