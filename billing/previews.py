"""The free preview: how long it lasts, and which ones are running."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import User
from billing.models import Preview
from core import shared_clock
from spaces.models import Space

LENGTH = timedelta(seconds=60)


def running() -> QuerySet[Preview]:
    return Preview.objects.filter(started_at__gt=shared_clock.now() - LENGTH)


def end_of(space: Space, user: User) -> datetime | None:
    """Return when the person's preview ends or has ended; None if they have had none."""
    found = Preview.objects.filter(space=space, user=user).first()
    return found.started_at + LENGTH if found else None
