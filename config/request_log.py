"""One log line a request. The secrets of mailed links are hidden in every line: config/logs.py."""

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware


class RequestLog(RequestMiddleware):
    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Method and path: never the query, which may hold tokens and what people searched for."""
        return f"{request.method} {request.path}"
