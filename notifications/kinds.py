"""The kinds of notifications about accounts (a lower-level app), and the digest of this app."""

from datetime import timedelta

from notifications import digest
from notifications.preferences import DIGEST
from notifications.registry import DAYS, EMAIL, PAGE, PUSH, Kind

KINDS = (
    Kind(
        name="follow",
        label="Someone follows me",
        group="People",
        channels={PAGE: True, PUSH: False, EMAIL: False},
        social=True,
        grouped=True,
        title="New follower",
    ),
    Kind(
        name="sign_in",
        label="A new device signs in to my account",
        group="Account",
        channels={PAGE: True, PUSH: True, EMAIL: True},
        required=frozenset({PAGE, EMAIL}),
        urgent=True,
        to_suspended=True,
        late_after=DAYS,
        title="New sign-in to your account",
        advice="If this wasn't you, sign out everywhere in Settings, then set a new password.",
    ),
    Kind(
        name="export",
        label="The copy of my data is ready",
        group="Account",
        channels={PAGE: True, PUSH: True},  # accounts.emails sends the e-mail
        required=frozenset({PAGE}),
        to_suspended=True,
        late_after=DAYS,
        title="The copy of your data is ready",
    ),
    Kind(
        name=DIGEST,
        label="The digest of what is new",
        group="",
        channels={EMAIL: True},
        late_after=timedelta(hours=12),
        compose=digest.compose,
    ),
)
