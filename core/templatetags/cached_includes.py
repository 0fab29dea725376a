from django import template
from django.utils.safestring import SafeString

from core import cached_includes

register = template.Library()


@register.simple_tag(takes_context=True)
def cached_include(
    context: template.Context, name: str, /, **values: cached_includes.Value
) -> SafeString:
    """Include a template that reads only these values; see core/cached_includes.py."""
    return cached_includes.render_on(context, name, **values)
