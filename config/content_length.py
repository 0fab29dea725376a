"""Refuse requests whose Content-Length is not a number (RFC 9110, section 8.6).

Django converts the header when it reads a body, so a request with "12x" would get the status 500.
daphne refuses such requests itself; other servers may pass them on.
"""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase

MAX_DIGITS = 18  # int() refuses thousands of digits


def refuse_other_lengths(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    def answer(request: HttpRequest) -> HttpResponseBase:
        length = request.headers.get("Content-Length") or "0"
        if not (length.isascii() and length.isdigit() and len(length) <= MAX_DIGITS):
            raise BadRequest("Content-Length must be a number.")
        return get_response(request)

    return answer
