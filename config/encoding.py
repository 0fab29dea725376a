"""Refuse requests that declare an encoding other than UTF-8.

Django would decode the query string and the form with that encoding. Some encodings, e.g. UTF-7,
can produce lone surrogates, which no database or page accepts. Browsers declare only UTF-8.
"""

import codecs
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase


def refuse_other_encodings(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.encoding is not None and codecs.lookup(request.encoding).name != "utf-8":
            raise BadRequest("Requests must be UTF-8.")
        return get_response(request)

    return answer
