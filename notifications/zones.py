"""The time zone in which a person reads times."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from accounts.models import User
from notifications.models import NotificationSettings

UTC = ZoneInfo("UTC")


def of(user: User) -> ZoneInfo:
    """Return the person's time zone; UTC if it is unknown."""
    name = NotificationSettings.objects.filter(user=user).values_list("zone", flat=True).first()
    return ZoneInfo(name) if name and is_zone(name) else UTC


def remember(user: User, name: str) -> bool:
    """Save the zone that a page reported, e.g. "Europe/Berlin"; return False if there is no such
    zone."""
    if not is_zone(name):
        return False
    NotificationSettings.objects.update_or_create(user=user, defaults={"zone": name})
    return True


def is_zone(name: str) -> bool:
    return name in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())
