"""Responses of views: scripts receive 204, or a refusal as JSON; browsers receive a message and the
next page."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from core.refusals import Refusal
from core.text.links import own_path

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def wants_json(request: HttpRequest) -> bool:
    """Return whether the request comes from a script.

    A script accepts or sends JSON, or it requests a change without accepting HTML (a browser's form
    always accepts HTML). A request without an Accept header gets a page.
    """
    accepted = request.headers.get("accept", "")
    if "application/json" in accepted or request.content_type == "application/json":
        return True
    accepts_html = not accepted or "text/html" in accepted or "hx-request" in request.headers
    return request.method not in SAFE_METHODS and not accepts_html


def done(request: HttpRequest, *, to: object, message: str = "") -> HttpResponse:
    """Respond to a successful action. `to` is a target for `redirect`; people see the message."""
    if wants_json(request):
        return HttpResponse(status=204)
    if message:
        messages.success(request, message)
    return redirect(to)  # type: ignore[call-overload,no-any-return]


def page_before(request: HttpRequest) -> str:
    """Return the URL path of the page that sent the request; "" if the browser sends no Referer."""
    return own_path(request.headers.get("referer", "")).split("#")[0]


def refuse(request: HttpRequest, refusal: Refusal, *, to: object) -> HttpResponse:
    if wants_json(request):
        return refusal_json(refusal)
    messages.error(request, refusal.message)
    return redirect(to)  # type: ignore[call-overload,no-any-return]


def redisplay(
    request: HttpRequest, template: str, context: dict[str, Any], *, why: Refusal
) -> HttpResponse:
    """Show the page of a refused form again, with the status and headers of the refusal."""
    if wants_json(request):
        return refusal_json(why)
    page = render(request, template, context, status=why.status)
    for name, value in why.headers.items():
        page[name] = value
    return page


def first_error(form: BaseForm) -> Refusal:
    """Return the first error of an invalid form."""
    field, errors = next(iter(form.errors.items()))
    code = "bad_form" if field == NON_FIELD_ERRORS else f"bad_{field}"
    return Refusal(code, str(errors[0]), status=400)


def refusal_json(refusal: Refusal) -> JsonResponse:
    """Return a refusal as JSON, for scripts (docs/protocol.md)."""
    return JsonResponse(refusal.body(), status=refusal.status, headers=refusal.headers)
