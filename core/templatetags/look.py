"""Tags for the look: icons of the sprite in `components/_icons.html`, where one is."""

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 24) -> SafeString:
    """An icon that says nothing by itself: its text stands beside it or in an aria-label."""
    return format_html(
        '<svg class="icon icon-{}" aria-hidden="true"><use href="#icon-{}"/></svg>', size, name
    )


@register.simple_tag(takes_context=True)
def here(context: Context, address: str) -> str:
    """Marks a link of the navigation: to this page, or to the part of the site it is in.

    static/js/navigation.js does the same when a boosted page comes.
    """
    request = context.get("request")  # a page that tells of a bad request knows none
    path = request.path if request else ""
    if path == address:
        return mark_safe(' aria-current="page"')
    within = address != "/" and path.startswith(address)
    return mark_safe(' aria-current="true"') if within else ""
