"""Sentences about scheduled Spaces, for notifications and pages."""

from scheduling.models import CancelledAs, Schedule


def cancelled(schedule: Schedule, *, host: bool = False) -> str:
    """Return the sentence that says that the Space was cancelled. Everyone may read the host's
    reason, and that nobody started it; only the host may read the staff's reason."""
    title, reason = schedule.space.title, schedule.cancelled_because
    if schedule.cancelled_as == CancelledAs.NO_SHOW:
        return f"“{title}” was cancelled because nobody started it in time."
    if schedule.cancelled_as == CancelledAs.STAFF:
        return f"The staff cancelled “{title}”: {reason}" if host else f"“{title}” was cancelled."
    if schedule.cancelled_as == CancelledAs.SUSPENDED:
        return f"“{title}” was cancelled."
    name = schedule.space.host.name
    return f"{name} cancelled “{title}”" + (f": {reason}" if reason else ".")
