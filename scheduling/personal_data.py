"""What this app stores about a person: see `accounts.personal_data`."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.personal_data import Part, Table
from scheduling.models import CalendarFeed, CohostInvitation, Reminder, Schedule

PLAN = ("local_date", "local_time", "zone", "minutes", "cancelled_as", "cancelled_because")


def export(user: User) -> Iterator[Part]:
    planned = Schedule.objects.filter(space__host=user).order_by("pk")
    yield Table(
        "spaces_scheduled",
        planned.values(
            *PLAN,
            of_space=F("space__public_id"),
            title=F("space__title"),
            description=F("space__description"),
        ).iterator(),
    )
    reminders = Reminder.objects.filter(user=user).order_by("pk")
    yield Table(
        "reminders",
        reminders.values("created_at", "is_automatic", of_space=F("space__public_id")).iterator(),
    )
    invitations = CohostInvitation.objects.filter(user=user).order_by("pk")
    yield Table(
        "invitations_to_cohost",
        invitations.values(
            "state", "invited_at", "answered_at", of_space=F("schedule__space__public_id")
        ).iterator(),
    )


def erase(user: User) -> None:
    """Delete the person's reminders, invitations and calendar feed, and the reasons that they gave
    for cancelling Spaces."""
    reminders = Reminder.objects.filter(user=user)
    with transaction.atomic():
        schedules = Schedule.objects.filter(
            space__in=list(reminders.values_list("space", flat=True))
        )
        schedules.update(reminder_count=F("reminder_count") - 1)
        reminders.delete()
    CohostInvitation.objects.filter(user=user).delete()
    CalendarFeed.objects.filter(user=user).delete()
    Schedule.objects.filter(space__host=user).update(cancelled_because="")
