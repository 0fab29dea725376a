"""Cases that staff open themselves: whatever they do has a report, a reason and its evidence."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.viewer import signed_in
from safety import reporting


class OpensCases:
    """For an admin with the action `open_case`: who may decide on reports may open one."""

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("safety.change_report")


def to_case(
    admin: ModelAdmin, request: HttpRequest, about: str, refs: list[str]
) -> HttpResponse | None:
    """The one that is chosen, as it is to be seen now."""
    seen = reporting.looks()[about](signed_in(request), refs[0]) if len(refs) == 1 else None
    if seen is None:
        admin.message_user(request, _("Choose one."), level=messages.WARNING)
        return None
    case = reporting.open_case(seen, by=signed_in(request))
    return redirect("admin:safety_report_change", case.pk)
