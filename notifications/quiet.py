"""Quiet hours: until they are over, push messages and e-mails that are not urgent wait."""

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.models import User
from notifications import registry, zones
from notifications.models import NotificationSettings
from notifications.registry import Kind


def delay(user: User, kind: str, due_at: datetime) -> datetime:
    """Return when to send what is due at `due_at`: at the end of the person's quiet hours if
    `due_at` lies in them, otherwise at `due_at`."""
    return delays(registry.kind(kind), [user.pk], due_at).get(user.pk, due_at)


def delays(kind: Kind, user_ids: Collection[int], due_at: datetime) -> dict[int, datetime]:
    """Map the people who have quiet hours at `due_at` to the end of these hours, with one query.
    Empty for an urgent kind."""
    if kind.urgent:
        return {}
    chosen = NotificationSettings.objects.filter(user__in=user_ids, quiet_from__isnull=False)
    found = chosen.values_list("user", "quiet_from", "quiet_until", "zone")
    ends = {
        user_id: end_of_quiet(due_at, start, until, zones.parse(zone))
        for user_id, start, until, zone in found
        if start is not None and until is not None
    }
    return {user_id: end for user_id, end in ends.items() if end is not None}


def end_of_quiet(at: datetime, start: time, until: time, zone: ZoneInfo) -> datetime | None:
    """Return when the quiet hours around `at` are over; None if it is not within them.

    The hours are wall-clock times, e.g. from 22:00 until 7:00 the next morning.
    """
    local = at.astimezone(zone)
    clock = local.time()
    if start < until:
        is_quiet, days = start <= clock < until, 0
    else:
        is_quiet, days = clock >= start or clock < until, int(clock >= start)
    if not is_quiet:
        return None
    morning = datetime.combine(local.date() + timedelta(days=days), until, zone)
    # If clocks go back in these hours, `until` may come twice, and `at` may be after the first one.
    return max(morning.astimezone(UTC), at)
