"""How a line of the chat is drawn; static/js/room/links.js does the same when one comes."""

from django import template
from django.utils.safestring import SafeString

from accounts import links

register = template.Library()


@register.filter
def linked(text: str) -> SafeString:
    return links.linked(text or "")
