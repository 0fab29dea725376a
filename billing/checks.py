"""Check the settings of tickets. Otherwise a mistake would show only after people have paid."""

from collections.abc import Sequence
from datetime import timedelta

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

WHOLE_PRICE = 10_000  # hundredths of a percent


@register()
def amounts_and_times_are_possible(
    app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not 0 <= settings.PLATFORM_FEE_RATE <= WHOLE_PRICE:
        found.append(
            Error(
                f"PLATFORM_FEE_RATE is {settings.PLATFORM_FEE_RATE}: not a part of a price.",
                hint="Use hundredths of a percent, from 0 to 10000: 1000 is 10 %.",
                id="billing.E001",
            )
        )
    for name in ("PAYOUT_DELAY", "BUYERS_REFUND_UNTIL"):
        if getattr(settings, name) < timedelta():
            found.append(
                Error(
                    f"{name}_HOURS is negative.",
                    hint="Use a number of hours, 0 or more.",
                    id="billing.E002",
                )
            )
    return found
