"""One log line a request. The secrets of mailed links are hidden in every line: config/logs.py."""

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

from core import database


class RequestLog(RequestMiddleware):
    def _process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """An outage of the database is one line a minute (config/errors.py), not a traceback for
        each request; and naming the person would ask the database once more."""
        if database.is_caused_by_outage(exception):
            request._raised_exception = exception  # type: ignore[attr-defined]
        else:
            super()._process_exception(request, exception)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Method and path: never the query, which may hold tokens and what people searched for."""
        return f"{request.method} {request.path}"
