"""Checks at startup refuse ticket settings with which sales would fail later."""

from datetime import timedelta

import pytest

from billing.checks import amounts_and_times_are_possible


@pytest.mark.parametrize(
    ("setting", "value", "errors"),
    [
        ("PLATFORM_FEE_RATE", 10_000, []),
        ("PLATFORM_FEE_RATE", 10_001, ["billing.E001"]),
        ("PLATFORM_FEE_RATE", -1, ["billing.E001"]),
        ("PAYOUT_DELAY", timedelta(), []),
        ("PAYOUT_DELAY", timedelta(hours=-1), ["billing.E002"]),
        ("BUYERS_REFUND_UNTIL", timedelta(hours=-1), ["billing.E002"]),
    ],
)
def test_impossible_settings_are_refused(settings, setting, value, errors):
    setattr(settings, setting, value)
    assert [each.id for each in amounts_and_times_are_possible(None)] == errors
