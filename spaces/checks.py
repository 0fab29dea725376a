"""Check the settings of the relay and of audio nodes. Without checks, only the few people who need
a relay would notice a mistake in its settings."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

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
