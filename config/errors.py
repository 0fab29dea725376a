"""Error responses in the requested format: a page for people, or JSON for scripts."""

import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.views import csrf, defaults

from config import disk
from core import database, rates
from core.refusals import Refusal
from core.responses import SAFE_METHODS, refusal_json, wants_json

COPIED = ("Allow", "Retry-After")  # headers that are copied to the JSON response
SIGNED_OUT = ("signed_out", "You are signed out. Sign in, then try again.")
TOO_OLD = (
    "page_too_old",
    "This page was open for too long. Reload it and try again.",
)
MESSAGES = {
    400: (
        "bad_request",
        "This site could not understand the request. Reload the page and try again.",
    ),
    403: ("forbidden", "You don't have permission to do this. You may need another account."),
    404: ("not_found", "This page does not exist. The link may be wrong, or the page was deleted."),
    405: ("wrong_method", "This URL does not accept that kind of request."),
    413: ("too_large", "That’s too large. Make it smaller, then try again."),
    429: ("too_fast", "Too many requests. Wait a minute, then try again."),
    500: (
        "broken",
        "Something went wrong on our side. The error was logged. Try again in a minute.",
    ),
    503: (
        "unavailable",
        "Spaces can’t read or save data right now. Try again in a moment.",
    ),
}


def answer_scripts(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Send `{"code", "message"}` to scripts instead of error pages and redirects to sign-in."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        return _as_requested(request, get_response(request))

    return answer


def show_wrong_methods(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Show a page for a wrong method, because Django sends an empty response."""

    def show(request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            response.content = render_to_string("405.html", request=request).encode()
        return response

    return show


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Respond with 413 if the request is too large, and with 503 if the database was unavailable
    while a session was saved, because Django treats both as bad requests."""
    if database.is_caused_by_outage(exception):
        return unavailable(request, exception)
    if not isinstance(exception, RequestDataTooBig):
        return defaults.bad_request(request, exception)
    response = defaults.bad_request(request, exception, template_name="413.html")
    response.status_code = 413
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    error = sys.exc_info()[1]  # Django calls this while it handles the error
    if error is not None and (database.is_caused_by_outage(error) or disk.is_full(error)):
        return unavailable(request, error)
    return defaults.server_error(request)


def unavailable(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Respond with 503: the database is unavailable, or the disk can't be written to.

    The page itself needs no database.
    """
    summary = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
    rates.log_once("database_unavailable", error=summary)
    page = render_to_string("503.html", {"comes_again": request.method in SAFE_METHODS})
    response = HttpResponse(page, status=503, headers={"Retry-After": str(database.RETRY_AFTER)})
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would log a traceback
    return response


def too_fast(request: HttpRequest) -> HttpResponse:
    """Respond with 429 to requests beyond allauth's rate limits, which count per minute."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = "60"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if wants_json(request):
        return _json(TOO_OLD, 403)
    return csrf.csrf_failure(request, reason)


def _as_requested(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if not wants_json(request) or isinstance(response, JsonResponse):
        return response
    if response.status_code >= 400:
        error = (
            MESSAGES.get(response.status_code)
            or MESSAGES[400 if response.status_code < 500 else 500]
        )
        return _replace(response, _json(error, response.status_code))
    if _redirects_to_sign_in(response):
        return _replace(response, _json(SIGNED_OUT, 403))
    return response


def _redirects_to_sign_in(response: HttpResponseBase) -> bool:
    location = response.headers.get("Location", "")
    return response.status_code == 302 and location.split("?")[0] == resolve_url(settings.LOGIN_URL)


def _json(error: tuple[str, str], status: int) -> JsonResponse:
    code, message = error
    return refusal_json(Refusal(code, message, status=status))


def _replace(response: HttpResponseBase, replacement: JsonResponse) -> JsonResponse:
    for name in COPIED:
        if name in response.headers:
            replacement[name] = response.headers[name]
    replacement.cookies = response.cookies
    replacement._has_been_logged = getattr(response, "_has_been_logged", False)  # type: ignore[attr-defined]
    return replacement
