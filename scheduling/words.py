"""Sentences about scheduled Spaces, for notifications and pages."""

from scheduling.models import CancelledAs, Schedule


def cancelled(schedule: Schedule, *, host: bool = False) -> str:
    """Return why the Space was cancelled, for everyone or for its host."""
    title, reason = schedule.space.title, schedule.cancelled_because
    if schedule.cancelled_as == CancelledAs.NO_SHOW:
        return f"“{title}” was cancelled because nobody started it in time."
    if schedule.cancelled_as == CancelledAs.STAFF:
        return f"The staff cancelled “{title}”: {reason}" if host else f"“{title}” was cancelled."
    if schedule.cancelled_as == CancelledAs.SUSPENDED:
        return f"“{title}” was cancelled."
    name = schedule.space.host.name
    return f"{name} cancelled “{title}”" + (f": {reason}" if reason else ".")
