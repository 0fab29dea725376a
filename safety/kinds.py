"""The kinds of notifications about reports and decisions of the staff."""

from notifications.registry import DAYS, EMAIL, PAGE, PUSH, Kind

WARNING = "warning"

KINDS = (
    Kind(
        name="report",
        label="The staff decide about my report",
        group="Account",
        channels={PAGE: True, PUSH: True, EMAIL: False},
        required=frozenset({PAGE}),
        late_after=DAYS,
        title="Your report",
    ),
    Kind(
        name="appeal",
        label="The staff decide about my appeal",
        group="Account",
        channels={PAGE: True, PUSH: True},  # accounts.emails sends the e-mail
        required=frozenset({PAGE}),
        to_suspended=True,
        late_after=DAYS,
        title="Your appeal",
    ),
    Kind(
        name=WARNING,
        label="The staff warn me or remove something of mine",
        group="Account",
        channels={PAGE: True, PUSH: True, EMAIL: True},
        required=frozenset({PAGE, EMAIL}),
        urgent=True,
        to_suspended=True,
        late_after=DAYS,
        title="A message from the staff",
        advice="If it happens again, your account may be suspended.",
    ),
)
