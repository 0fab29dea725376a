"""Template tags for icons from the sprite in `components/_icons.html`, and for the current page."""

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 24) -> SafeString:
    """Render a decorative icon. Its meaning must be in the text next to it or in an aria-label."""
    return format_html(
        '<svg class="icon icon-{}" aria-hidden="true"><use href="#icon-{}"/></svg>', size, name
    )


@register.simple_tag(takes_context=True)
def here(context: Context, url: str) -> str:
    """Mark a navigation link to the current page, or to the section that contains it.

    static/js/navigation.js does the same when htmx replaces the page.
    """
    request = context.get("request")  # None if a template is rendered without a request
    path = request.path if request else ""
    if path == url:
        return mark_safe(' aria-current="page"')
    within = url != "/" and path.startswith(url)
    return mark_safe(' aria-current="true"') if within else ""
