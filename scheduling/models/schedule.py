from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone

from scheduling.models.series import Series
from spaces.models import Space

DEFAULT_MINUTES = 60
ZONE_LENGTH = 64  # characters; the longest name in the IANA database has 32
REASON_LENGTH = 200  # characters; the reason of a cancellation


class CancelledAs(models.TextChoices):
    HOST = "host", "The host cancelled it"
    NO_SHOW = "no_show", "Nobody started it"
    SUSPENDED = "suspended", "The host is not on Spaces any more"
    STAFF = "staff", "The staff cancelled it"


class Schedule(models.Model):
    """The planned time of a Space, as clocks in the host's time zone show it.

    `Space.starts_at` is computed from it (`scheduling.wall_time`), so that 18:00 in Berlin stays
    18:00 when daylight-saving time begins, or when the rules of the time zone change.
    """

    space = models.OneToOneField(Space, models.CASCADE, related_name="schedule")
    local_date = models.DateField()
    local_time = models.TimeField()
    zone = models.CharField(max_length=ZONE_LENGTH)  # an IANA name, e.g. "Europe/Berlin"
    minutes = models.PositiveSmallIntegerField(default=DEFAULT_MINUTES)  # the planned length
    series = models.ForeignKey(
        Series, models.SET_NULL, null=True, blank=True, related_name="schedules"
    )
    # How often the start was moved. Reminders of an earlier start have a lower number.
    moves = models.PositiveIntegerField(default=0)
    # Incremented by every change that calendars must show (RFC 5545, SEQUENCE).
    sequence = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(default=timezone.now)
    # How many people set a reminder. It changes in the transaction that changes the reminders.
    reminder_count = models.PositiveIntegerField(default=0)
    cancelled_as = models.CharField(max_length=10, choices=CancelledAs.choices, blank=True)
    cancelled_because = models.CharField(max_length=REASON_LENGTH, blank=True)

    def __str__(self) -> str:
        return f"{self.local_date} {self.local_time} {self.zone}"

    @property
    def time_zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)
