"""Which channels a person wants for a kind."""

from collections.abc import Collection

from accounts.models import User
from notifications import registry
from notifications.models import Preference
from notifications.registry import Kind


def wants(user: User, kind: str, channel: str) -> bool:
    return channel in channels_of(registry.kind(kind), [user.pk])[user.pk]


def channels_of(kind: Kind, user_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the channels that each of these people wants for this kind, with one query."""
    chosen = {
        (user_id, channel): on
        for user_id, channel, on in Preference.objects.filter(
            kind=kind.name, user__in=user_ids
        ).values_list("user_id", "channel", "on")
    }
    return {
        user_id: [
            channel
            for channel, default in kind.channels.items()
            if channel in kind.required or chosen.get((user_id, channel), default)
        ]
        for user_id in user_ids
    }


def turn_off(user: User, kind: str, channel: str) -> bool:
    """Turn a channel off; return False if it can't be turned off for this kind."""
    if not registry.kind(kind).may_be_turned_off(channel):
        return False
    Preference.objects.update_or_create(
        user=user, kind=kind, channel=channel, defaults={"on": False}
    )
    return True
