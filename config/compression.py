"""Compression of text responses."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

COMPRESSED = ("text/", "application/json")


class Compression(GZipMiddleware):
    """Compresses pages and JSON, but not pictures, because these are already compressed.

    Django adds a random number of bytes to prevent the BREACH attack.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not response.get("Content-Type", "").startswith(COMPRESSED):
            return response
        return super().process_response(request, response)
