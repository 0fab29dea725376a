"""The tag `url`, as in Django, but each path is composed only once (core/paths.py), unless the tag
has keyword arguments.

A page has about forty such tags. This tag replaces Django's in all templates (settings.TEMPLATES).
"""

from django import template
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape

from core.paths import path_of

register = template.Library()


class RememberedURLNode(URLNode):
    def render(self, context: template.Context) -> str:
        if self.kwargs:
            return super().render(context)
        name = self.view_name.resolve(context)
        try:
            path = path_of(name, *(arg.resolve(context) for arg in self.args))
        except NoReverseMatch:
            return super().render(context)  # which knows when to raise this error
        if self.asvar:
            context[self.asvar] = path
            return ""
        return conditional_escape(path) if context.autoescape else path


@register.tag
def url(parser: Parser, token: Token) -> RememberedURLNode:
    node = django_url(parser, token)
    return RememberedURLNode(node.view_name, node.args, node.kwargs, node.asvar)
