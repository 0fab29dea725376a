"""Rendering pages, with headers that keep other sites out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.template import Engine

from billing.sandbox.responses import Response

# A separate template engine, because these pages share nothing with the pages of the site.
TEMPLATES = Engine([str(Path(__file__).with_name("templates"))])


def page(
    template: str, context: Mapping[str, Any], *, status: int = 200, leads_to: tuple[str, ...] = ()
) -> Response:
    """Return a page. Its forms may lead to the sandbox and to the sites of these URLs."""
    origins = {f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, leads_to)}
    targets = " ".join(["'self'", *sorted(origins)])
    policy = (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none';"
        f" form-action {targets}"
    )
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    text = TEMPLATES.render_to_string(template, dict(context))
    return Response(status, headers, text.encode())


def message(status: int, title: str, text: str, *, link: str = "", label: str = "") -> Response:
    """Return a page with only a message, and perhaps a link."""
    context = {"title": title, "text": text, "link": link, "label": label}
    return page("message.html", context, status=status)


def redirect(url: str) -> Response:
    """Send the browser to another page, which it gets with GET."""
    return Response(303, {"Location": url, "Cache-Control": "no-store"})
