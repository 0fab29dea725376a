"""Forms of scheduled Spaces."""

import re
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from core import time_zones
from core.forms.numbers import WholeNumberField
from core.forms.written import LinesField, OneLineField
from scheduling import rules
from scheduling.models import Schedule
from scheduling.models.schedule import DEFAULT_MINUTES, REASON_LENGTH
from scheduling.plan import Plan
from spaces.forms import StartForm
from spaces.models import Space, SpeakPolicy
from spaces.models.space import DESCRIPTION_LENGTH

LENGTHS = [
    (30, "30 minutes"),
    (60, "1 hour"),
    (90, "1½ hours"),
    (120, "2 hours"),
    (180, "3 hours"),
    (240, "4 hours"),
]
ONCE, WEEKLY, EVERY_TWO_WEEKS = 0, 1, 2
REPETITIONS = [(ONCE, "Never"), (WEEKLY, "Every week"), (EVERY_TWO_WEEKS, "Every 2 weeks")]
DEFAULT_HOUR = 18
SEPARATORS = re.compile(r"[\s,;]+")


class ZoneField(forms.ChoiceField):
    """A time zone. Lists one name per place, and also accepts old names, which browsers report."""

    def __init__(self) -> None:
        message = "Choose a time zone from the list."
        errors = {"required": message, "invalid_choice": message}
        super().__init__(
            choices=lambda: time_zones.choices(timezone.now()),
            label="Time zone",
            error_messages=errors,
        )

    def valid_value(self, value: Any) -> bool:
        return time_zones.find(str(value)) is not None

    def clean(self, value: Any) -> str:
        return time_zones.canonical(super().clean(value))


class CohostsField(forms.CharField):
    """Handles of people, each with or without "@", separated by commas or spaces."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=100, label="Co-hosts")

    def clean(self, value: Any) -> list[User]:
        names = [name.lstrip("@") for name in SEPARATORS.split(super().clean(value)) if name]
        found = {}
        for name in names:
            user = User.objects.active().with_handle(name).first() if name.isascii() else None
            if user is None:
                raise forms.ValidationError(f"There is nobody with the handle @{name}.")
            found[user.pk] = user
        if len(found) > rules.MAX_COHOSTS:
            raise forms.ValidationError(f"Name {rules.MAX_COHOSTS} people at most.")
        return list(found.values())


class PlanForm(StartForm):
    """Everything about a scheduled Space except how it repeats."""

    description = LinesField(max_length=DESCRIPTION_LENGTH, required=False)
    date = forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose a date.", "invalid": "Choose a date."},
    )
    time = forms.TimeField(
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "Choose a time.", "invalid": "Choose a time."},
    )
    zone = ZoneField()
    minutes = forms.TypedChoiceField(
        choices=LENGTHS, coerce=int, initial=DEFAULT_MINUTES, label="Planned length"
    )

    def __init__(self, data: Any = None, *, schedule: Schedule | None = None, **more: Any) -> None:
        super().__init__(data, **more)
        if schedule is not None and schedule.minutes not in dict(LENGTHS):
            field = self.fields["minutes"]
            assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - for the type checker
            field.choices = [*LENGTHS, (schedule.minutes, f"{schedule.minutes} minutes")]

    def plan(self) -> Plan:
        data = self.cleaned_data
        return Plan(
            title=data["title"],
            description=data["description"],
            topics=list(data["topics"]),
            local_date=data["date"],
            local_time=data["time"].replace(second=0, microsecond=0),
            zone=data["zone"],
            minutes=data["minutes"],
            speak_policy=SpeakPolicy(data["speak_policy"]),
            open_to_guests=data["open_to_guests"],
        )


class ScheduleForm(PlanForm):
    every_weeks = forms.TypedChoiceField(
        choices=REPETITIONS, coerce=int, required=False, label="Repeat"
    )
    occurrences = WholeNumberField(least=2, most=rules.MAX_OCCURRENCES, label="How many times")
    cohosts = CohostsField()

    def series(self) -> dict[str, int]:
        """Return how the Space repeats, as `planning.schedule` takes it."""
        every_weeks = self.cleaned_data["every_weeks"] or ONCE
        times = self.cleaned_data["occurrences"] or rules.MAX_OCCURRENCES
        return {"every_weeks": every_weeks, "occurrences": times}


class EditForm(PlanForm):
    and_following = forms.TypedChoiceField(
        choices=[("", "Only this one"), ("yes", "This and all following")],
        coerce=lambda value: value == "yes",
        required=False,
        widget=forms.RadioSelect,
    )


class CancelForm(forms.Form):
    reason = OneLineField(max_length=REASON_LENGTH, required=False)
    and_following = forms.TypedChoiceField(
        choices=[("", "Only this one"), ("yes", "This and all following")],
        coerce=lambda value: value == "yes",
        required=False,
        widget=forms.RadioSelect,
    )


class InviteCohostsForm(forms.Form):
    cohosts = CohostsField()


def new_plan_values(now: datetime, zone: str) -> dict[str, Any]:
    """Return the initial values of a new plan: tomorrow evening. `now` is in the host's zone."""
    tomorrow = (now + timedelta(days=1)).replace(hour=DEFAULT_HOUR, minute=0)
    return {"date": tomorrow.date(), "time": tomorrow.time(), "zone": zone}


def plan_values(space: Space, schedule: Schedule) -> dict[str, Any]:
    """Return the initial values of the form that edits a scheduled Space."""
    return {
        "title": space.title,
        "description": space.description,
        "topics": list(space.topics.values_list("slug", flat=True)),
        "date": schedule.local_date,
        "time": schedule.local_time,
        "zone": schedule.zone,
        "minutes": schedule.minutes,
        "speak_policy": space.speak_policy,
        "open_to_guests": space.open_to_guests,
    }
