"""Logging: one JSON object a line, or lines for people. Tracebacks never show local variables,
since those hold passwords, tokens and what people wrote; and no line shows the secret of a link
that we mailed, whoever wrote it: requests, Django's own warnings, tracebacks."""

import re
from typing import Any

import structlog
from structlog.typing import Processor

# The links in our mails carry their secret in the path; deploy/nginx.conf hides the same ones.
SECRET_PATHS = re.compile(
    r"(/accounts/(?:confirm-email|password/reset/key)/|/settings/keep/)[^\s\"'\\?#<>]+"
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
    """The LOGGING of Django's settings; also points structlog's own loggers at it.

    With a `file` everything stands there, and standard error tells of warnings and errors alone.
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
            "django.request": {"level": "ERROR"},  # the request log tells of 4xx already
            "django_structlog": {"level": level},
            # A task every two seconds would drown the rest; failures are warnings and errors.
            "django_structlog.celery": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
        },
    }


def hide_secrets(text: str) -> str:
    """`text` without the secrets of mailed links."""
    return SECRET_PATHS.sub(r"\1…", text)


def _hide_secrets(logger: Any, name: str, line: Any) -> Any:
    """The last processor: it sees the whole line, as it will be written."""
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
