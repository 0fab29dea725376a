"""Forbid browsers and proxies to cache pages.

Otherwise, on a shared computer, the Back button could show a page to another person after its
reader has signed out. Responses that may be cached, e.g. pictures, set their own Cache-Control.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import add_never_cache_headers


def forbid_caching(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return answer
