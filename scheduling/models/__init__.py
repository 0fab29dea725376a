"""The tables of scheduled Spaces. The planned start itself is `Space.starts_at`."""

from scheduling.models.calendar_feed import CalendarFeed
from scheduling.models.cohost import CohostInvitation, CohostState
from scheduling.models.reminder import Reminder
from scheduling.models.schedule import CancelledAs, Schedule
from scheduling.models.series import Series

__all__ = [
    "CalendarFeed",
    "CancelledAs",
    "CohostInvitation",
    "CohostState",
    "Reminder",
    "Schedule",
    "Series",
]
