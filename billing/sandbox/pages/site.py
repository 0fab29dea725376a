"""Find the page that answers a request of a browser."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from billing.sandbox.errors import ApiError
from billing.sandbox.pages import checkout, control, onboarding
from billing.sandbox.pages.html import message
from billing.sandbox.responses import Response
from billing.sandbox.sandbox import Sandbox

Form = dict[str, list[str]]
Page = Callable[[Sandbox, str, Form], Response]
ROOT = Path(__file__).parents[3]
ID = r"([A-Za-z0-9_]{1,100})"


def _single(form: Form) -> dict[str, str]:
    return {name: values[0] for name, values in form.items()}


@lru_cache
def styles() -> Response:
    """Return the style sheet: the site's design tokens, and the sandbox's own rules."""
    tokens = (ROOT / "static" / "css" / "tokens.css").read_bytes()
    own = Path(__file__).with_name("page.css").read_bytes()
    return Response(200, {"Content-Type": "text/css; charset=utf-8"}, tokens + own)


PAGES: list[tuple[str, str, Page]] = [
    ("GET", r"/()", lambda sandbox, id, form: control.show(sandbox)),
    ("GET", r"/(page\.css)", lambda sandbox, id, form: styles()),
    ("POST", r"/control/([a-z-]+)", lambda s, id, form: control.act(s, id, _single(form))),
    ("GET", rf"/pay/{ID}", lambda sandbox, id, form: checkout.show(sandbox, id)),
    ("POST", rf"/pay/{ID}", lambda s, id, form: checkout.pay(s, id, _single(form))),
    (
        "GET",
        rf"/pay/{ID}/authenticate",
        lambda sandbox, id, form: checkout.show_authentication(sandbox, id),
    ),
    (
        "POST",
        rf"/pay/{ID}/authenticate",
        lambda sandbox, id, form: checkout.authenticate(sandbox, id, _single(form)),
    ),
    ("GET", rf"/receipts/{ID}", lambda sandbox, id, form: checkout.receipt(sandbox, id)),
    ("GET", rf"/setup/{ID}", lambda sandbox, id, form: onboarding.open_link(sandbox, id)),
    ("GET", rf"/setup/visit/{ID}", lambda sandbox, id, form: onboarding.show(sandbox, id)),
    ("POST", rf"/setup/visit/{ID}", onboarding.submit),
]


def handle(
    sandbox: Sandbox, method: str, path: str, headers: Mapping[str, str], body: bytes
) -> Response:
    """Answer a browser. A form that another site sends is refused."""
    path = urlsplit(path).path
    if method == "POST" and not _is_own(headers, sandbox.state.url):
        return message(403, "Refused", "This form was sent by another site.")
    for wanted, pattern, show in PAGES:
        if method == wanted and (found := re.fullmatch(pattern, path)):
            try:
                return show(sandbox, found[1], _form(body))
            except ApiError as error:
                title = "Not found" if error.status == 404 else "That is not possible"
                return message(error.status, title, str(error))
    return message(404, "Not found", "The sandbox has no such page.", link="/", label="Control")


def _form(body: bytes) -> Form:
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=100)
    except ValueError as error:
        raise ApiError(400, "This form cannot be read.") from error


def _is_own(headers: Mapping[str, str], url: str) -> bool:
    """Return whether a form comes from one of the sandbox's pages, or from a program."""
    given = {name.lower(): value for name, value in headers.items()}
    if site := given.get("sec-fetch-site"):
        return site == "same-origin"
    return given.get("origin", url) == url
