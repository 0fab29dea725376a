"""One log line per request. Secrets of e-mailed links are hidden in every line: config/logs.py."""

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

from core import database


class RequestLog(RequestMiddleware):
    def _process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Log no traceback for an outage of the database, which config/errors.py logs once a
        minute; finding the user for the log line would also need another query."""
        if database.is_caused_by_outage(exception):
            request._raised_exception = exception  # type: ignore[attr-defined]
        else:
            super()._process_exception(request, exception)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Return method and path without the query string, which may contain tokens or searches."""
        return f"{request.method} {request.path}"
