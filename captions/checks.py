"""Check the setting of the recognizer, so that a typing error doesn't just mean no captions."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from captions.sources import ENGINES


@register()
def engine_is_known(
    app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    name = settings.CAPTIONS_ENGINE
    if not name or name in ENGINES:
        return []
    known = ", ".join(ENGINES)
    return [
        Error(
            f"CAPTIONS_ENGINE is {name!r}, which is not a recognizer.",
            hint=f"Leave it empty, or choose one of: {known}.",
            id="captions.E001",
        )
    ]
