"""What is sent is packed where that helps."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

PACKED = ("text/", "application/json")


class Compression(GZipMiddleware):
    """Pages and answers; Django pads them by a random length, against BREACH. A picture is as small
    as it gets."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not response.get("Content-Type", "").startswith(PACKED):
            return response
        return super().process_response(request, response)
