"""Sections of a page that come from higher-level apps.

A page of a lower-level app must not name a template of a higher-level one. So it marks a place with
`{% sections "place" %}`, and settings.PAGE_SECTIONS maps the place to functions of other apps. Each
function takes the page's context and returns HTML, or "" if it has nothing to show.
"""

from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe


def at(place: str, context: template.Context) -> SafeString:
    """Return all sections of a place, in the order of the setting."""
    functions = map(_imported, settings.PAGE_SECTIONS[place])
    return mark_safe("".join(function(context) for function in functions))  # noqa: S308


_imported = cache(import_string)


def render(context: template.Context, name: str, **values: Any) -> SafeString:
    """Render the template `name` with the page's context and `values`, as `include` does."""
    found = context.template.engine.get_template(name)  # type: ignore[union-attr]
    with context.push(**values):
        return found.render(context)
