"""Calendar documents (RFC 5545, with the properties of RFC 7986 that feeds need).

What calendar programs do beyond the standard:

- Google ignores the property URL, so the Space's URL is also in LOCATION and DESCRIPTION, where it
  becomes a link. Google removes cancelled events, and fetches feeds only every 8 to 24 hours,
  whatever interval a feed asks for.
- Outlook ignores STATUS in files and feeds, so the title of a cancelled event says so, and the
  event does not block time. Outlook reads X-PUBLISHED-TTL instead of REFRESH-INTERVAL.
- There is no ORGANIZER, although RFC 5546 requires one, because people's e-mail addresses are
  private, and calendars would offer to send a reply to the organizer.
- There is no VALARM, because subscribed calendars drop it, and Spaces sends its own reminders.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event, vText

from accounts.previews import absolute
from scheduling import words
from spaces.models import Space, State

PRODUCT = "-//Spaces//Scheduled Spaces//EN"
REFRESH = timedelta(hours=1)  # how often calendars may look for changes
REFRESH_TEXT = "PT1H"


def document(spaces: Iterable[Space], *, name: str = "", key: str = "") -> bytes:
    """Return a calendar with the Spaces; their `schedule`, `host` and `topics` must be fetched
    already. Feeds have a `name`, which people see, and a `key`, which never changes."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    # RFC 5546, section 3.2.1; some calendars refuse files without a method.
    calendar.add("method", "PUBLISH")
    calendar.add("calscale", "GREGORIAN")
    if name:
        calendar.add("uid", _uid(key))
        calendar.add("name", name)
        calendar.add("x-wr-calname", vText(name))
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", REFRESH_TEXT)
    for space in spaces:
        calendar.add_component(_event(space))
    body: bytes = calendar.to_ical()
    return body


def _event(space: Space) -> Event:
    schedule, url = space.schedule, absolute(space.get_absolute_url())
    cancelled = space.state == State.CANCELLED
    starts_at = space.starts_at
    assert starts_at is not None, "a Space with a schedule has a planned start"  # noqa: S101
    event = Event()
    event.add("uid", _uid(space.public_id))
    event.add("sequence", schedule.sequence)
    event.add("dtstamp", schedule.updated_at)
    event.add("created", space.created_at)
    event.add("last-modified", schedule.updated_at)
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + timedelta(minutes=schedule.minutes))
    event.add("summary", f"Cancelled: {space.title}" if cancelled else space.title)
    event.add("description", _description(space, url))
    event.add("location", url)
    event.add("url", url)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    event.add("x-microsoft-cdo-busystatus", "FREE" if cancelled else "BUSY")
    if topics := [topic.name for topic in space.topics.all()]:
        event.add("categories", topics)
    return event


def _description(space: Space, url: str) -> str:
    parts = []
    if space.state == State.CANCELLED:
        parts.append(words.cancelled(space.schedule))
    if space.description:
        parts.append(space.description)
    parts.append(f"Hosted by {space.host.name} (@{space.host.handle})\n{url}")
    return "\n\n".join(parts)


def _uid(key: str) -> str:
    """Return an id that stays the same when the site's host name changes (RFC 7986, section 5.3,
    advises against host names)."""
    return str(uuid5(NAMESPACE_URL, f"spaces:{key}"))
