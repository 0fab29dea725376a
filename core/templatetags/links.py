"""Filters for text that people wrote: messages, titles, reasons, bios, pinned posts.

static/js/room/chat/links.js does the same for text that arrives later.
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
    """For text within a link or a button: addresses and handles don't become links."""
    return links.isolated(text or "")
