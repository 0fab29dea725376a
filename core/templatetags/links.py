"""Filters for text that people wrote: messages, titles, reasons, bios, pinned posts.

static/js/room/chat/links.js does the same for text that pages receive over a socket.
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
    """Format text within a link or a button, where URLs and handles can't become links."""
    return links.isolated(text or "")
