"""Let staff open a case themselves, so that every action has a report, a reason and evidence."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.viewer import signed_in
from safety import reporting


class OpensCase:
    """A mixin for an admin with the action `open_case`, for staff who may decide on reports."""

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("safety.change_report")


def open_case_and_redirect(
    admin: ModelAdmin, request: HttpRequest, about: str, refs: list[str]
) -> HttpResponse | None:
    """Open a case about the selected row, with its current state as evidence.

    `about` is a key of settings.REPORTABLE; `refs` are the values that identify the selected rows.
    If no case can be opened, show the reason and return None.
    """
    if len(refs) != 1:
        admin.message_user(request, _("Select exactly one row."), level=messages.WARNING)
        return None
    reported = reporting.finders()[about](signed_in(request), refs[0])
    if reported is None:
        text = _("A case needs an active account, or a Space that was not cancelled.")
        admin.message_user(request, text, level=messages.WARNING)
        return None
    case = reporting.open_case(reported, by=signed_in(request))
    return redirect("admin:safety_report_change", case.pk)
