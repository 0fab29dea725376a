"""The staff's queue of reports, and the page of one report with its evidence and decision form."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.viewer import signed_in
from core.refusals import Refusal
from safety import evidence
from safety.admin.decision_form import DecisionForm
from safety.models import About, Outcome, Report
from safety.moderation import case
from safety.moderation.decisions import decide


class Waiting(admin.SimpleListFilter):
    """The filter by state. By default the queue shows open reports."""

    title = _("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("closed", _("Closed")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        waiting, *others = super().choices(changelist)
        return [{**waiting, "display": _("Waiting")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Report]) -> QuerySet[Report]:
        if self.value() == "all":
            return queryset
        waiting = queryset.filter(outcome=Outcome.OPEN)
        return queryset.exclude(outcome=Outcome.OPEN) if self.value() == "closed" else waiting


@admin.register(Report)
class ReportAdmin(ModelAdmin):
    """Staff can also read reports about members of the staff. Only superusers decide on these."""

    staff_rights = ("view", "change")
    belongs_to = "subject"
    rights_over_staff = ("view",)
    staff_pages = ("safety_report_picture",)
    list_display = ("subject_handle", "about", "why", "short_text", "by", "received")
    list_filter = (Waiting, "about", "reason", "outcome", "at")
    search_fields = ("subject__handle", "reporter__handle", "text", "ref")
    list_select_related = ("subject", "reporter")

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """Leave the outcome out of the list of open reports, which have no outcome yet."""
        columns = [*self.list_display]
        return [*columns, "outcome"] if request.GET.get(Waiting.parameter_name) else columns

    def get_ordering(self, request: HttpRequest) -> tuple[str]:
        """Sort the queue of open reports oldest first, and the other lists newest first."""
        return ("-pk",) if request.GET.get(Waiting.parameter_name) else ("pk",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, object]:
        return {}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.picture)
        name = "safety_report_picture"
        picture = path("<int:pk>/pictures/<str:name>/", view, name=name)
        return [picture, *super().get_urls()]

    def picture(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Return a picture from the evidence, if this member of the staff may read the report."""
        report = get_object_or_404(Report, pk=pk)
        if not self.has_view_permission(request, report):
            raise PermissionDenied
        content = evidence.picture(report.evidence, name)
        if content is None:
            raise Http404
        return HttpResponse(content, content_type="image/webp")  # all our pictures are WebP

    @admin.display(description=_("person"), ordering="subject__handle")
    def subject_handle(self, report: Report) -> str:
        return f"@{report.subject.handle}"

    @admin.display(description=_("reason"), ordering="reason")
    def why(self, report: Report) -> str:
        if report.about == About.APPEAL:
            return report.get_about_display()
        return report.get_reason_display() or str(_("Opened by staff"))

    @admin.display(description=_("reported by"), ordering="reporter__handle")
    def by(self, report: Report) -> str:
        return f"@{report.reporter.handle}"

    @admin.display(description=_("received"), ordering="pk")
    def received(self, report: Report) -> str:
        return format_html(
            '<time datetime="{}" title="{}">{}</time>',
            report.at.isoformat(),
            f"{report.at:%Y-%m-%d %H:%M} UTC",
            naturaltime(report.at),
        )

    @admin.display(description=_("text"))
    def short_text(self, report: Report) -> str:
        return report.text if len(report.text) < 60 else f"{report.text[:58]}…"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the evidence, the reported person and the decision form instead of field inputs."""
        reports = Report.objects.select_related("subject", "reporter", "closed_by")
        report = get_object_or_404(reports, pk=object_id)
        if not self.has_view_permission(request, report):
            raise PermissionDenied
        may_decide = self.has_change_permission(request, report)
        form = DecisionForm(request.POST or None, report=report)
        if request.method == "POST":
            if not may_decide:
                raise PermissionDenied
            if form.is_valid() and self._decide(request, report, form):
                return redirect("admin:safety_report_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": str(report),
            "opts": self.opts,
            "report": report,
            "case": case.load(report),
            "form": form if may_decide else None,
            "for_superusers": self.has_change_permission(request),
        }
        return TemplateResponse(request, "staff/report.html", context)

    def _decide(self, request: HttpRequest, report: Report, form: DecisionForm) -> bool:
        action = form.cleaned_data["action"]
        try:
            decide(
                report,
                action=action,
                by=signed_in(request),
                reason=form.cleaned_data["reason"],
                until=form.cleaned_data["until"],
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            return False
        text = _("Done: %(action)s.") % {"action": action.label}
        self.message_user(request, text, level=messages.SUCCESS)
        return True
