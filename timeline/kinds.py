"""The kinds of notifications about posts."""

from notifications.registry import EMAIL, PAGE, PUSH, Kind

KINDS = (
    Kind(
        name="mention",
        label="Someone mentions me",
        group="People",
        channels={PAGE: True, PUSH: True, EMAIL: False},
        social=True,
        title="New mention",
    ),
    Kind(
        name="reply",
        label="Someone replies to my post",
        group="People",
        channels={PAGE: True, PUSH: True, EMAIL: False},
        social=True,
        title="New reply",
    ),
    Kind(
        name="like",
        label="Someone likes my post",
        group="People",
        channels={PAGE: True, PUSH: False, EMAIL: False},
        social=True,
        grouped=True,
        title="Your post is liked",
    ),
    Kind(
        name="picture",
        label="The picture of my post can't be used",
        group="Account",
        channels={PAGE: True, PUSH: True},
        required=frozenset({PAGE}),
        title="Your post isn't published yet",
    ),
)
