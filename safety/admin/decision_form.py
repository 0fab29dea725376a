"""The form in which staff decide about a report."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from core.forms.written import LinesField
from safety.models import Report
from safety.models.suspension import REASON_LENGTH
from safety.moderation.actions import SUSPEND, possible_for

DATE, FOREVER = "date", "forever"
LENGTHS = [
    ("1", _("1 day")),
    ("7", _("1 week")),
    ("30", _("30 days")),
    (DATE, _("until the date below")),
    (FOREVER, _("permanently")),
]


class DecisionForm(forms.Form):
    action = forms.ChoiceField(label=_("What to do"), widget=UnfoldAdminRadioSelectWidget)
    length = forms.ChoiceField(
        label=_("Suspend for"),
        choices=LENGTHS,
        required=False,
        initial="7",
        widget=UnfoldAdminSelectWidget,
    )
    day = forms.DateField(
        label=_("End date"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
    )
    reason = LinesField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        help_text=_(
            "The reason is kept in the staff log. The person sees it too, on the site and by "
            "e-mail, if you warn or suspend them, remove their content or end their Space."
        ),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actions = {action.code: action for action in possible_for(report)}
        choices = [(action.code, action.label) for action in self.actions.values()]
        self.fields["action"].choices = choices  # type: ignore[attr-defined]
        if SUSPEND.code not in self.actions:
            del self.fields["length"], self.fields["day"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data["until"] = None
        data["action"] = self.actions.get(data.get("action", ""))
        if data["action"] is SUSPEND:
            data["until"] = self._until(data.get("length"), data.get("day"))
        return data

    def _until(self, length: str | None, day: Any) -> datetime | None:
        if length == FOREVER:
            return None
        now = timezone.now()
        if length == DATE:
            if day is None or day <= now.date():
                self.add_error("day", _("Choose a date in the future."))
                return None
            return datetime.combine(day, time(), tzinfo=now.tzinfo)
        return now + timedelta(days=int(length or 7))
