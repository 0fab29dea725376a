"""Tags for templates: icons of the sprite in `components/_icons.html`, and the current page."""

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 24) -> SafeString:
    """Draw a decorative icon: its meaning is in the text beside it or in an aria-label."""
    return format_html(
        '<svg class="icon icon-{}" aria-hidden="true"><use href="#icon-{}"/></svg>', size, name
    )


@register.simple_tag(takes_context=True)
def here(context: Context, address: str) -> str:
    """Mark a navigation link that leads to this page, or to the section it is in.

    static/js/navigation.js does the same when htmx swaps the page.
    """
    request = context.get("request")  # error pages have no request
    path = request.path if request else ""
    if path == address:
        return mark_safe(' aria-current="page"')
    within = address != "/" and path.startswith(address)
    return mark_safe(' aria-current="true"') if within else ""
