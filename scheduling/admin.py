"""Scheduled Spaces in the admin: staff can view them, and cancel them with a reason."""

from contextlib import suppress

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, TabularInline

from accounts.viewer import signed_in
from core.text.written_text import as_one_line
from safety import staff_log
from safety.admin.open_case import OpensCase
from safety.admin.people import ReasonedActionForm
from safety.admin.read_only import ReadOnly
from scheduling.actions import cancelling
from scheduling.models import CohostInvitation, Schedule
from scheduling.models.schedule import REASON_LENGTH
from spaces.models import State
from spaces.refusals import NotScheduled


class CohostInline(ReadOnly, TabularInline):
    staff_rights = ("view",)
    model = CohostInvitation
    fields = ("user", "state", "invited_at", "answered_at")
    extra = 0


@admin.register(Schedule)
class ScheduleAdmin(OpensCase, ReadOnly, ModelAdmin):
    staff_rights = ("view",)
    action_form = ReasonedActionForm
    list_display = (
        "title",
        "host",
        "starts_at",
        "state",
        "reminder_count",
        "repeats",
        "cancelled_as",
    )
    list_filter = ("space__state", "space__starts_at", "cancelled_as", "space__topics", "zone")
    search_fields = ("space__title", "space__public_id", "space__host__handle")
    list_select_related = ("space__host", "series")
    ordering = ("-space__starts_at",)
    inlines = (CohostInline,)
    actions = ("cancel",)

    @admin.display(description=_("title"), ordering="space__title")
    def title(self, schedule: Schedule) -> str:
        return schedule.space.title

    @admin.display(description=_("host"), ordering="space__host__handle")
    def host(self, schedule: Schedule) -> str:
        return f"@{schedule.space.host.handle}"

    @admin.display(description=_("starts at"), ordering="space__starts_at")
    def starts_at(self, schedule: Schedule) -> object:
        return schedule.space.starts_at

    @admin.display(description=_("state"), ordering="space__state")
    def state(self, schedule: Schedule) -> str:
        return State(schedule.space.state).label

    @admin.display(description=_("repeats"), boolean=True)
    def repeats(self, schedule: Schedule) -> bool:
        return schedule.series_id is not None

    @admin.action(description=_("Cancel, and give the host the reason"), permissions=["decide"])
    def cancel(self, request: HttpRequest, schedules: QuerySet[Schedule]) -> None:
        """Cancel Spaces that have not started. The reason is sent to the host and logged."""
        reason = as_one_line(request.POST.get("reason", ""))[:REASON_LENGTH]
        if not reason:
            text = _("Enter a reason next to the action. It is sent to the host and logged.")
            self.message_user(request, text, level=messages.WARNING)
            return
        count = 0
        for schedule in schedules.select_related("space__host"):
            space = schedule.space
            with suppress(NotScheduled), transaction.atomic():
                cancelling.cancel_by_staff(space, reason=reason)
                what = f"{space.title} ({space.public_id})"
                staff_log.note(
                    signed_in(request),
                    act="cancel_space",
                    subject=space.host,
                    what=what,
                    reason=reason,
                )
                count += 1
        done = ngettext("%d Space cancelled.", "%d Spaces cancelled.", count) % count
        self.message_user(request, done)
