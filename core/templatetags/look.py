"""Template tags for icons from the sprite in `components/_icons.html`, and for the current page."""

from django import template
from django.template import Context, Node, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, TextNode, Token
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

MAX_BITS = 2  # the name and the size


@register.tag
def icon(parser: Parser, token: Token) -> Node:
    """Render a decorative icon. Its meaning must be in the text next to it or in an aria-label.

    `{% icon "share" 20 %}`; without a size, it is 24. A page has up to 200 icons, so an icon is
    rendered when the template is compiled, unless its name is a variable.
    """
    _, *bits = token.split_contents()
    if not 1 <= len(bits) <= MAX_BITS:
        raise TemplateSyntaxError("icon takes a name, and optionally a size")
    name, size = (parser.compile_filter(bit) for bit in (*bits, "24")[:MAX_BITS])
    if isinstance(name.var, str) and not name.filters:
        return TextNode(_svg(name.var, size.resolve(Context())))
    return IconNode(name, size)


class IconNode(Node):
    def __init__(self, name: FilterExpression, size: FilterExpression) -> None:
        self._name, self._size = name, size

    def render(self, context: Context) -> SafeString:
        return _svg(self._name.resolve(context), self._size.resolve(context))


def _svg(name: str, size: int) -> SafeString:
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
