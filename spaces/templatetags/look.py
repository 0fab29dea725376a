"""Tags for the look: icons of the sprite in `components/_icons.html`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 24) -> SafeString:
    """An icon that says nothing by itself: its text stands beside it or in an aria-label."""
    return format_html(
        '<svg class="i i-{}" aria-hidden="true"><use href="#i-{}"/></svg>', size, name
    )
