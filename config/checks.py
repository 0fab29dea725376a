"""System checks for mistakes in the settings that would otherwise be noticed only in use."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.utils.module_loading import import_string

# These settings name code that is imported only when it is first used, so check them at the start.
DOTTED_PATHS = (
    "ADMISSION_RULES",
    "AGENDA_SOURCES",
    "AUDIO",
    "AUDIO_APPLICATION",
    "DEMO_STEPS",
    "EMAILS",
    "EMAIL_BACKEND",
    "LIVE_VIEW",
    "MODERATION_ACTIONS",
    "NOTIFICATION_CHANNELS",
    "NOTIFICATION_KINDS",
    "PAGE_SECTIONS",
    "PERSONAL_DATA",
    "REPORTABLE",
    "SNAPSHOT_PARTS",
    "SNAPSHOT_PRESENT",
    "SPACE_PAGES",
    "NOTIFIED_OF_START",
)


@register()
def dotted_paths_can_be_imported(
    app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for setting in DOTTED_PATHS:
        for path in _paths_in(setting):
            try:
                _import(path)
            except (ImportError, ValueError) as error:  # ValueError: an empty path
                found.append(
                    Error(
                        f"{setting} names {path!r}, which cannot be imported: {error}.",
                        hint="Use the full path of a module and a name in it: package.module.name.",
                        id="config.E002",
                    )
                )
    return found


def _paths_in(setting: str) -> Iterator[str]:
    yield from _flatten(getattr(settings, setting))


def _flatten(value: Any) -> Iterator[str]:
    """Yield the strings in a setting: a string, or a list or dictionary of such values."""
    if isinstance(value, str):
        yield value
    else:
        for each in value.values() if isinstance(value, dict) else value:
            yield from _flatten(each)


def _import(path: str) -> None:
    try:
        import_string(path)
    except ImportError:
        import_module(path)  # a few settings name a whole module


@register()
def source_url_can_be_followed(
    app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    if not settings.SOURCE_URL or _is_web_url(settings.SOURCE_URL):
        return []
    return [
        Error(
            f"SOURCE_URL is not a web URL: {settings.SOURCE_URL!r}.",
            hint="Set it to the https://… URL of the source code, or leave it empty.",
            id="config.E001",
        )
    ]


@register(Tags.security, deploy=True)
def source_is_offered(
    app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    """Warn if the pages do not link to the source code.

    The licence requires a link if other people use a modified version (AGPL, section 13).
    """
    if settings.SOURCE_URL:
        return []
    return [
        Warning(
            "SOURCE_URL is empty: the pages don't link to the source code.",
            hint="If you changed Spaces, set it to a URL where people can get that code: "
            "the AGPL requires that. Otherwise, set it to the URL where you got Spaces.",
            id="config.W001",
        )
    ]


def _is_web_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        is_clean = not any(each.isspace() for each in text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and is_clean
    except ValueError:  # e.g. an unclosed bracket
        return False
