"""Times in the format of messages to pages, and durations in words."""

from datetime import datetime, timedelta


def stamp(moment: datetime) -> str:
    """Format a UTC time with milliseconds (RFC 3339), like JavaScript's Date.toISOString."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def duration_in_words(duration: timedelta) -> str:
    minutes = round(duration.total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    if not minutes:
        return "less than a minute"
    parts = [_counted(hours, "hour"), _counted(rest, "minute")]
    return " and ".join(part for part in parts if part)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'s' * (number != 1)}" if number else ""
