"""The time zone in which a person reads times."""

from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from core import time_zones
from notifications.models import NotificationSettings

UTC = ZoneInfo("UTC")


def of(user: User) -> ZoneInfo:
    """Return the person's time zone; UTC if it is unknown."""
    loaded = User._meta.get_field("notification_settings")
    if loaded.is_cached(user):  # together with the user, as for a chunk of deliveries
        settings: Any = loaded.get_cached_value(user)
        return parse(settings.zone if settings else "")
    name = NotificationSettings.objects.filter(user=user).values_list("zone", flat=True).first()
    return parse(name or "")


def parse(name: str) -> ZoneInfo:
    """Return the zone of a stored name; UTC if it is unknown."""
    return time_zones.find(name) or UTC


def remember(user: User, name: str) -> bool:
    """Save the zone that the person chose, e.g. "Europe/Berlin"; return False if there is no such
    zone."""
    if time_zones.find(name) is None:
        return False
    zone = time_zones.canonical(name)
    NotificationSettings.objects.update_or_create(user=user, defaults={"zone": zone})
    return True


def detect(user: User, name: str) -> bool:
    """Save the zone that a browser reported, unless one is known; return False if there is no such
    zone. A person who travels keeps the zone that they have."""
    if time_zones.find(name) is None:
        return False
    zone = time_zones.canonical(name)
    found, created = NotificationSettings.objects.get_or_create(user=user, defaults={"zone": zone})
    if not created and not found.zone:
        NotificationSettings.objects.filter(user=user, zone="").update(zone=zone)
    return True
