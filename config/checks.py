"""Mistakes in the settings of the site that nobody would notice until it matters."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register()
def source_url_can_be_followed(
    app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    if not settings.SOURCE_URL or _is_web_address(settings.SOURCE_URL):
        return []
    return [
        Error(
            f"SOURCE_URL is no web address: {settings.SOURCE_URL!r}.",
            hint="Write where the source code can be read: https://…, or leave it empty.",
            id="config.E001",
        )
    ]


@register(Tags.security, deploy=True)
def source_is_offered(
    app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    """The licence asks it of whoever lets others use a modified version (AGPL, section 13)."""
    if settings.SOURCE_URL:
        return []
    return [
        Warning(
            "SOURCE_URL is empty: the pages offer nobody the source code.",
            hint="If you changed Spaces, set it to where people can get the code that you run: the "
            "AGPL asks it of you. If you did not, set it to where you got Spaces from.",
            id="config.W001",
        )
    ]


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        is_clean = not any(each.isspace() for each in text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and is_clean
    except ValueError:  # a bracket that is not closed, say
        return False
