from django import template
from django.utils.safestring import SafeString

from core import sections as page_sections

register = template.Library()


@register.simple_tag(takes_context=True)
def sections(context: template.Context, place: str) -> SafeString:
    """Render what higher-level apps add to a page at `place`; see core/sections.py."""
    return page_sections.at(place, context)
