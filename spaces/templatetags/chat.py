"""How a line of chat or a bio is drawn; static/js/room/links.js draws one that comes later."""

from django import template
from django.utils.safestring import SafeString

from accounts import links

register = template.Library()


@register.filter
def linked(text: str) -> SafeString:
    return links.linked(text or "")
