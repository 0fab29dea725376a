"""How views answer: scripts receive JSON, forms a message and the next page."""

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
    """Whether the request comes from a script: it accepts or sends JSON, or it acts without
    accepting a page, as every browser's form does. Without an Accept header it gets a page."""
    asked = request.headers.get("accept", "")
    if "application/json" in asked or request.content_type == "application/json":
        return True
    takes_pages = not asked or "text/html" in asked or "hx-request" in request.headers
    return request.method not in SAFE_METHODS and not takes_pages


def done(request: HttpRequest, *, to: object, said: str = "") -> HttpResponse:
    """Answer a success. `to` is whatever `redirect` takes; `said` is a message for people."""
    if wants_json(request):
        return HttpResponse(status=204)
    if said:
        messages.success(request, said)
    return redirect(to)  # type: ignore[call-overload,no-any-return]


def page_before(request: HttpRequest) -> str:
    """Return the page of this site that the request came from; "" if the browser does not say."""
    return own_path(request.headers.get("referer", "")).split("#")[0]


def refuse(request: HttpRequest, refusal: Refusal, *, to: object) -> HttpResponse:
    if wants_json(request):
        return refusal_json(refusal)
    messages.error(request, refusal.message)
    return redirect(to)  # type: ignore[call-overload,no-any-return]


def again(
    request: HttpRequest, template: str, context: dict[str, Any], *, why: Refusal
) -> HttpResponse:
    """Answer a refused form with its page again, with the status and headers of the refusal."""
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
    """The refusal as scripts read it (docs/protocol.md)."""
    return JsonResponse(refusal.body(), status=refusal.status, headers=refusal.headers)
