"""Templates that are rendered once for equal values, and then taken from memory.

Most parts of a page are the same on many pages: a post, a card, a dialog of the room. Rendering
them takes most of the time of a page. `{% cached_include "….html" title=… likes=… %}` renders
a template that reads nothing but the values it receives: neither the request nor the reader
nor other variables of the page. Equal values therefore give equal HTML, and whatever the HTML
depends on, such as whether the reader is signed in, must be one of the values. A template that
reads any other variable raises `NotPassed`.

- The values are strings, numbers, booleans, times, None and tuples of strings, because other
  objects, such as instances of models, may change while they stay equal.
- Tags and filters in the template must not depend on anything else, such as the current time. Pass
  their result: `age=post.created_at|ago`. Times are rendered in UTC.
- `{% csrf_token %}` may be used. Its place is kept, and each page fills in its own token.
"""

import secrets
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.template import Context, Engine
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

MAX_KEPT = 4_000  # results in each process, of 1 to 10 KB

Value = str | int | float | bool | datetime | tuple[Any, ...] | None
_TYPES = (str, SafeString, int, float, bool, datetime, type(None))

# Stands for a CSRF token in kept HTML. Nobody can guess it, so nobody can write it into a text.
_TOKEN = f"token-{secrets.token_hex(16)}"


class NotPassed(Exception):
    """The template reads a variable that is not one of its values."""


def render(name: str, /, **values: Value) -> SafeString:
    """Render a template, for use as a value of another cached include."""
    return _render(name, **values) if settings.DEBUG else _kept(name, **values)


def render_on(page: Context, name: str, /, **values: Value) -> SafeString:
    """Render a template, with the CSRF token of the page."""
    html = render(name, **values)
    if _TOKEN not in html:
        return html
    token = page.get("csrf_token")
    return mark_safe(html.replace(_TOKEN, conditional_escape(token or "")))  # noqa: S308


class _Values(Context):
    def __getitem__(self, key: Any) -> Any:
        for found in reversed(self.dicts):
            if key in found:
                return found[key]
        raise NotPassed(key)


def _render(name: str, /, **values: Value) -> SafeString:
    for key, value in values.items():
        if type(value) not in _TYPES and not _is_texts(value):
            raise TypeError(f"{name}: {key} is a {type(value)}, which may change")
    context = _Values({"csrf_token": _TOKEN, **values}, use_l10n=False)
    with timezone.override(UTC):
        return Engine.get_default().get_template(name).render(context)


def _is_texts(value: Any) -> bool:
    """Return whether this is a tuple of plain strings, or of such tuples. HTML in a tuple would be
    equal to text of the same characters."""
    return type(value) is tuple and all(type(each) is str or _is_texts(each) for each in value)


# With typed=True, text and HTML of the same characters are different values, and so are 1 and True.
_kept = lru_cache(MAX_KEPT, typed=True)(_render)


@receiver(setting_changed)
def _forget(**_: Any) -> None:
    """Tags such as `static` read settings, which only tests change."""
    _kept.cache_clear()
