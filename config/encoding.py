"""Requests are UTF-8. A client may name another encoding, and Django would read its address and
its form in that one: some, UTF-7 for example, can spell what is no character (a lone surrogate),
which neither a database nor a page can take. No browser names another one."""

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
