"""Error responses in the requested format: a page for people, JSON for scripts."""

import sys
from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
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
from django.utils.decorators import sync_and_async_middleware
from django.views import csrf, defaults

from config import disk
from core import database, rates
from core.refusals import Refusal
from core.responses import SAFE_METHODS, refusal_json, wants_json

KEPT = ("Allow", "Retry-After")  # headers that are copied to the JSON response
SIGNED_OUT = ("signed_out", "You are signed out. Sign in, then try again.")
TOO_OLD = (
    "page_too_old",
    "This page was open for too long. Load it again and repeat what you did.",
)
WORDS = {
    400: (
        "bad_request",
        "The request was not one that this site understands. Load the page again.",
    ),
    403: ("forbidden", "This is not for you to do. You may need another account."),
    404: ("not_found", "There is nothing here. The link may be wrong, or what was here is gone."),
    405: ("wrong_method", "This address does not take that kind of request."),
    413: ("too_large", "That’s too large. Make it smaller, then try again."),
    429: ("too_fast", "Too many requests. Wait a minute, then try again."),
    500: ("broken", "Something broke on our side, and was written down. Try again in a minute."),
    503: (
        "unavailable",
        "Spaces can’t reach its data right now. Try again in a moment.",
    ),
}


@sync_and_async_middleware
def answer_scripts(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Turn every error into `{"code", "message"}` for scripts, as well as redirects to sign-in."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            return _shaped(request, await get_response(request))

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        return _shaped(request, get_response(request))

    return answer


def show_wrong_methods(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Show a page for a wrong method, where Django sends an empty response."""

    def show(request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            response.content = render_to_string("405.html", request=request).encode()
        return response

    return show


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 413 to requests that are too large, and 503 to outages of the database while a session
    was saved: Django treats both as bad requests."""
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
    """Answer 503: the database can't be reached, or it or the disk can't be written to. The page
    itself needs no database."""
    summary = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
    rates.log_once("database_unavailable", error=summary)
    page = render_to_string("503.html", {"comes_again": request.method in SAFE_METHODS})
    response = HttpResponse(page, status=503, headers={"Retry-After": str(database.RETRY_AFTER)})
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would log a traceback
    return response


def too_fast(request: HttpRequest) -> HttpResponse:
    """Answer 429 for allauth's rate limits, which count per minute."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = "60"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if wants_json(request):
        return _json(TOO_OLD, 403)
    return csrf.csrf_failure(request, reason)


def _shaped(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if not wants_json(request) or isinstance(response, JsonResponse):
        return response
    if response.status_code >= 400:
        words = WORDS.get(response.status_code) or WORDS[400 if response.status_code < 500 else 500]
        return _in_place_of(response, _json(words, response.status_code))
    if _redirects_to_sign_in(response):
        return _in_place_of(response, _json(SIGNED_OUT, 403))
    return response


def _redirects_to_sign_in(response: HttpResponseBase) -> bool:
    location = response.headers.get("Location", "")
    return response.status_code == 302 and location.split("?")[0] == resolve_url(settings.LOGIN_URL)


def _json(words: tuple[str, str], status: int) -> JsonResponse:
    code, message = words
    return refusal_json(Refusal(code, message, status=status))


def _in_place_of(response: HttpResponseBase, shaped: JsonResponse) -> JsonResponse:
    for name in KEPT:
        if name in response.headers:
            shaped[name] = response.headers[name]
    shaped.cookies = response.cookies
    shaped._has_been_logged = getattr(response, "_has_been_logged", False)  # type: ignore[attr-defined]
    return shaped
