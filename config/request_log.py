"""One log line per request. config/logs.py hides the secrets that URLs contain in all lines."""

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

from core import database


class RequestLog(RequestMiddleware):
    def _process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Don't log a traceback if the database is unavailable.

        config/errors.py logs the outage once per minute, and finding the user for this log line
        would need another query.
        """
        if database.is_caused_by_outage(exception):
            request._raised_exception = exception  # type: ignore[attr-defined]
        else:
            super()._process_exception(request, exception)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Return method and path without the query string, which may contain tokens or searches."""
        return f"{request.method} {request.path}"
