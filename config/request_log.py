"""One log line a request, without what a log must not hold."""

import re

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

# The links in our mails carry their secret in the path.
SECRET_PATHS = re.compile(r"^(/accounts/(?:confirm-email|password/reset/key)/).+")


class RequestLog(RequestMiddleware):
    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Method and path: never the query, which may hold tokens and what people searched for."""
        path = SECRET_PATHS.sub(r"\1…", request.path)
        return f"{request.method} {path}"
