"""The Spaces in each calendar feed, and the secret URLs of private feeds."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.models.user import in_good_standing
from scheduling import agenda_sources
from scheduling.models import CalendarFeed, CohostState
from spaces.models import Space
from spaces.models.space import SpaceQuerySet

PAST_SHOWN_FOR = timedelta(days=30)  # ended Spaces stay in feeds for this long
MAX_SPACES = 300  # in a feed
TOKEN_BYTES = 24


def space_of(public_id: str, viewer: Any) -> Space | None:
    """Return the Space for its calendar file: in any state, if it was scheduled. Return None if
    there is none that the viewer may see."""
    return _planned(viewer).filter(public_id=public_id).first()


def hosted_by(host: User, viewer: Any) -> list[Space]:
    """Return the Spaces of the public feed of a host."""
    return _recent(_planned(viewer).filter(host=host))


def of_person(person: User) -> list[Space]:
    """Return the Spaces of a person's private feed: those that they host or co-host, those of
    which they want to be reminded, and those that other apps add (settings.AGENDA_SOURCES)."""
    return _recent(planned_for(person, _planned(person)))


def planned_for(person: User, spaces: SpaceQuerySet) -> SpaceQuerySet:
    cohosted = Q(schedule__cohosts__user=person, schedule__cohosts__state=CohostState.ACCEPTED)
    reminded = Q(reminders__user=person)
    planned = Space.objects.filter(Q(host=person) | cohosted | reminded)
    for source in agenda_sources.by_role().values():
        planned |= Space.objects.filter(pk__in=source(person))
    return spaces.filter(pk__in=planned.values("pk"))


def replace_token(person: User) -> str:
    """Create the private feed, or give it a new secret, so that the old URL stops working. Return
    the secret, which can't be read again."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    CalendarFeed.objects.update_or_create(
        user=person, defaults={"token_hash": _hash(token), "created_at": timezone.now()}
    )
    return token


def feed_of(person: User) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(user=person).first()


def revoke(person: User) -> None:
    CalendarFeed.objects.filter(user=person).delete()


def find_feed(token: str) -> CalendarFeed | None:
    """Return the private feed with this secret, unless its owner is suspended or has left."""
    feeds = CalendarFeed.objects.filter(in_good_standing("user__")).select_related("user")
    return feeds.filter(token_hash=_hash(token)).first()


def _hash(token: str) -> str:
    """Return a fast hash without a salt, which is enough because the token is random."""
    return sha256(token.encode(errors="replace")).hexdigest()


def _planned(viewer: Any) -> SpaceQuerySet:
    """Select the Spaces that were scheduled and that `viewer` may see, in any state: calendars keep
    past ones, and must show that one is cancelled."""
    spaces = Space.objects.with_host_visible_to(viewer).filter(schedule__isnull=False)
    return spaces.select_related("host", "schedule").prefetch_related("topics")


def _recent(spaces: SpaceQuerySet) -> list[Space]:
    since = timezone.now() - PAST_SHOWN_FOR
    return list(spaces.filter(starts_at__gte=since).order_by("starts_at", "pk")[:MAX_SPACES])
