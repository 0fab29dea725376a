"""Logging: one JSON object per line, or lines that are easy to read.

Tracebacks don't include local variables, which may contain passwords, tokens and people's texts.
The secrets in URLs (of e-mailed links, gifts, calendar feeds and HLS streams) are hidden in all
lines and tracebacks.
"""

import re
from typing import Any

import structlog
from structlog.typing import Processor

# Links in our e-mails, links of gifts, and the URLs of calendar feeds and of HLS streams contain a
# secret in the path.
# deploy/nginx.conf hides the same paths.
SECRET_PATHS = re.compile(
    r"(/accounts/(?:confirm-email|password/reset/key)/|/settings/keep/|/schedule/calendar/"
    r"|/notifications/unsubscribe/|/tickets/claim/|/spaces/hls/)"
    r"[^\s\"'\\?#<>]+"
)

SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.StackInfoRenderer(),
]


def log_settings(*, format: str, level: str, file: str = "") -> dict[str, Any]:
    """Return Django's setting LOGGING, and configure structlog to use it.

    With a `file`, everything is logged there, and only warnings and errors to standard error.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handlers: dict[str, dict[str, Any]] = {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"}
    }
    if file:
        handlers["stderr"]["level"] = "WARNING"
        handlers["file"] = {
            "class": "config.log_file.LogFile",
            "formatter": "line",
            "filename": file,
            "encoding": "utf-8",
            "delay": True,
        }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *_render(format),
                    _hide_secrets,
                ],
                "foreign_pre_chain": SHARED,
            }
        },
        "handlers": handlers,
        "root": {"handlers": list(handlers), "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True, "level": "NOTSET"},
            "django.request": {"level": "ERROR"},  # config.request_log already logs 4xx responses
            "django_structlog": {"level": level},
            # Log only failures of tasks, because a task runs every two seconds.
            "django_structlog.celery": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            # At the level DEBUG, Stripe's library logs whole objects, with buyers' addresses and
            # the links of tickets.
            "stripe": {"level": "WARNING"},
            "django.template": {"level": "INFO"},
        },
    }


def hide_secrets(text: str) -> str:
    """Return the text without the secrets that paths contain."""
    return SECRET_PATHS.sub(r"\1…", text)


def _hide_secrets(logger: Any, name: str, line: Any) -> Any:
    """Hide secrets in the complete line; this must be the last processor."""
    return hide_secrets(line)


def _render(format: str) -> list[Processor]:
    if format == "json":
        traces = structlog.processors.ExceptionRenderer(
            structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        )
        return [traces, structlog.processors.JSONRenderer()]
    plain = structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback
    )
    return [plain]
