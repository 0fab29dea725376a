"""Times in the format of messages to pages, and times and durations in words."""

from datetime import datetime, timedelta, tzinfo

NEAR = timedelta(days=7)  # a weekday without a date means one of the next six days


def stamp(moment: datetime) -> str:
    """Format a UTC time with milliseconds (RFC 3339), like JavaScript's Date.toISOString."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def in_short(at: datetime, zone: tzinfo, now: datetime) -> str:
    """Return "today 18:00", "tomorrow 18:00", "Tue 18:00" for one of the next six days, otherwise
    "Tue 24 Nov, 18:00", with the year if it is not the current one. static/js/local-time.js has the
    same rules."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    ahead = local.date() - today
    if ahead == timedelta():
        return f"today {local:%H:%M}"
    if ahead == timedelta(days=1):
        return f"tomorrow {local:%H:%M}"
    if timedelta() < ahead < NEAR:
        return f"{local:%a %H:%M}"
    year = f" {local.year}" if local.year != today.year else ""
    return f"{local:%a} {local.day} {local:%b}{year}, {local:%H:%M}"


def duration_in_words(duration: timedelta) -> str:
    minutes = round(duration.total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    if not minutes:
        return "less than a minute"
    parts = [_counted(hours, "hour"), _counted(rest, "minute")]
    return " and ".join(part for part in parts if part)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'s' * (number != 1)}" if number else ""
