"""Check the settings of the relay, of audio nodes and of HLS. Without checks, only the few people
who need a relay or HLS would notice a mistake in these settings."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error, Tags, Warning, register

MIN_SECRET_LENGTH = 16  # characters; one user name and password suffice to find a shorter one


@register()
def relay_can_be_used(
    app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    urls, secret = settings.TURN_URLS, settings.TURN_SECRET
    if bool(urls) != bool(secret):
        return [
            Error(
                "Only one of TURN_URLS and TURN_SECRET is set.",
                hint="Set both to use a relay, or neither. See docs/operations.md, “A relay”.",
                id="spaces.E001",
            )
        ]
    found: list[CheckMessage] = [
        Error(
            f"TURN_URLS contains {url!r}, which is not a TURN URL.",
            hint="Write turn:HOST:PORT?transport=udp, ?transport=tcp, or turns:HOST:PORT.",
            id="spaces.E002",
        )
        for url in urls
        if not url.startswith(("turn:", "turns:"))
    ]
    if secret and len(secret) < MIN_SECRET_LENGTH:
        found.append(
            Error(
                f"TURN_SECRET is shorter than {MIN_SECRET_LENGTH} characters.",
                hint="Use a long random secret, the same as coturn's static-auth-secret.",
                id="spaces.E003",
            )
        )
    return found


@register()
def audio_nodes_can_be_used(
    app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    if settings.AUDIO_PEERS_PER_NODE >= 1:
        return []
    return [
        Error(
            f"AUDIO_PEERS_PER_NODE is {settings.AUDIO_PEERS_PER_NODE}.",
            hint="Set it to the number of people whom one audio node should serve, at least 1.",
            id="spaces.E004",
        )
    ]


@register()
def hls_can_be_used(
    app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not 0 <= settings.HLS_PORT < 1 << 16:
        found.append(
            Error(
                f"HLS_PORT is {settings.HLS_PORT}.",
                hint="Set it to a UDP port from 1 to 65535, or to 0 for any free port.",
                id="spaces.E005",
            )
        )
    if settings.HLS_FROM < 0:
        found.append(
            Error(
                f"HLS_FROM is {settings.HLS_FROM}.",
                hint="Set it to a number of listeners, or to 0, so that nobody starts with HLS.",
                id="spaces.E008",
            )
        )
    if settings.HLS_CDN and not _is_origin(settings.HLS_CDN):
        found.append(
            Error(
                f"HLS_CDN is {settings.HLS_CDN!r}, which is not the address of a CDN.",
                hint="Write https:// and the CDN's host name, without a path.",
                id="spaces.E006",
            )
        )
    if not settings.HLS_FOLDER.is_absolute():
        found.append(
            Error(
                f"HLS_FOLDER is {str(settings.HLS_FOLDER)!r}, which is not an absolute path.",
                hint="All processes must find the same folder: write its absolute path.",
                id="spaces.E007",
            )
        )
    return found


@register(Tags.staticfiles, deploy=True)
def hls_library_is_installed(
    app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    if not settings.HLS or finders.find(settings.HLS_LIBRARY):
        return []
    return [
        Warning(
            "hls.js is not installed: many browsers can't play Spaces as HLS.",
            hint="Run `npm ci --omit=dev`, then `manage.py collectstatic`; or set HLS=0.",
            id="spaces.W001",
        )
    ]


def _is_origin(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and url == f"{parts.scheme}://{parts.netloc}"
