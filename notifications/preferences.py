"""The channels that people have chosen for each kind of notification."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby

from accounts.models import User
from notifications import registry
from notifications.models import Digest, NotificationSettings, Preference
from notifications.registry import EMAIL, Kind

GROUPS = ["Spaces", "People", "Account"]  # in the order of the preferences
DIGEST = "digest"  # the name of the digest's kind, which has its own setting instead of a row


def wants(user: User, kind: str, channel: str) -> bool:
    return channel in channels_of(registry.kind(kind), [user.pk])[user.pk]


def channels_of(kind: Kind, user_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the channels that each of these people wants for this kind, with two queries at most.

    Social kinds are not sent by e-mail to people who get the digest, which contains them.
    """
    chosen = {
        (user_id, channel): on
        for user_id, channel, on in Preference.objects.filter(
            kind=kind.name, user__in=user_ids
        ).values_list("user_id", "channel", "on")
    }
    with_digest = _with_digest(user_ids) if kind.social and EMAIL in kind.channels else set()
    return {
        user_id: [
            channel
            for channel, default in kind.channels.items()
            if channel in kind.required
            or (
                chosen.get((user_id, channel), default)
                and not (channel == EMAIL and user_id in with_digest)
            )
        ]
        for user_id in user_ids
    }


@dataclass(frozen=True)
class Cell:
    """One kind in one channel, as the preferences show it."""

    channel: str
    state: str  # "on", "off", "fixed" (always on), or "none" (not offered)
    name: str  # of the form's field


@dataclass(frozen=True)
class Row:
    kind: Kind
    cells: list[Cell]


def table(user: User, channels: Collection[str]) -> list[tuple[str, list[Row]]]:
    """Return the person's choices (defaults where there is none), by group of kinds."""
    chosen = _chosen_by(user)
    rows = [Row(kind, [_cell(kind, name, chosen) for name in channels]) for kind in _listed()]
    rows.sort(key=lambda row: GROUPS.index(row.kind.group))
    return [(group, list(found)) for group, found in groupby(rows, lambda row: row.kind.group)]


def choose(user: User, fields: Collection[str]) -> None:
    """Turn on exactly those choices that `fields` names; see `Cell.name`."""
    before = _chosen_by(user)
    changed = []
    for kind in _listed():
        for channel, default in kind.channels.items():
            on = _field(kind, channel) in fields
            is_before = before.get((kind.name, channel), default)
            if kind.may_be_turned_off(channel) and on != is_before:
                changed.append(Preference(user=user, kind=kind.name, channel=channel, on=on))
    Preference.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["user", "kind", "channel"],
        update_fields=["on"],
    )


def turn_off(user: User, kind: str, channel: str) -> bool:
    """Turn a channel off; return False if it can't be turned off for this kind."""
    if not registry.kind(kind).may_be_turned_off(channel):
        return False
    if kind == DIGEST:
        NotificationSettings.objects.filter(user=user).update(digest=Digest.OFF)
        return True
    Preference.objects.update_or_create(
        user=user, kind=kind, channel=channel, defaults={"on": False}
    )
    return True


def _listed() -> list[Kind]:
    return [kind for kind in registry.kinds().values() if kind.group]


def _chosen_by(user: User) -> dict[tuple[str, str], bool]:
    found = user.notification_preferences.values_list("kind", "channel", "on")
    return {(kind, channel): on for kind, channel, on in found}


def _cell(kind: Kind, channel: str, chosen: dict[tuple[str, str], bool]) -> Cell:
    if channel not in kind.channels:
        state = "none"
    elif channel in kind.required:
        state = "fixed"
    else:
        state = "on" if chosen.get((kind.name, channel), kind.channels[channel]) else "off"
    return Cell(channel, state, _field(kind, channel))


def _field(kind: Kind, channel: str) -> str:
    return f"{kind.name}:{channel}"


def _with_digest(user_ids: Collection[int]) -> set[int]:
    wanted = NotificationSettings.objects.exclude(digest=Digest.OFF).filter(user__in=user_ids)
    return set(wanted.values_list("user_id", flat=True))
