"""Link previews of Spaces on other sites."""

from datetime import datetime

from accounts.previews import Preview, site_picture
from core.times import duration_in_words
from spaces.models import Space

CACHE_SECONDS = 60  # for which other sites may cache a preview; longer if the Space has ended


def of_space(space: Space) -> Preview:
    return Preview(
        title=space.title,
        description=describe(space),
        path=space.get_absolute_url(),
        picture=site_picture(),
        author=space.host,
        cache_seconds=24 * 3600 if space.is_ended else CACHE_SECONDS,
    )


def describe(space: Space) -> str:
    """Return a description like "Live now, hosted by Ana. Listen in two taps."."""
    host = space.host.name
    if space.is_live:
        return f"Live now, hosted by {host}. Listen in two taps."
    if space.is_ended:
        return f"Hosted by {host}. It ended after {duration_in_words(space.duration)}."
    if space.is_scheduled and space.starts_at is not None:
        return f"{_starts(space.starts_at)}, hosted by {host}. Set a reminder."
    return f"Hosted by {host}."


def _starts(at: datetime) -> str:
    """Return the time in UTC, since other sites show it to people anywhere."""
    return f"Starts {at:%A} {at.day} {at:%B}, {at:%H:%M} UTC"
