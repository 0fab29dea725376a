"""Read-only admin pages of suspensions and the staff log."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from safety.admin.read_only import ReadOnly
from safety.models import StaffAct, Suspension


@admin.register(Suspension)
class SuspensionAdmin(ReadOnly, ModelAdmin):
    """Suspensions are created and lifted by decisions on reports, which record the reason."""

    staff_rights = ("view",)
    list_display = ("user", "at", "until", "lifted_at", "by", "reason")
    list_filter = ("at", "until", "lifted_at")
    search_fields = ("user__handle", "reason")
    list_select_related = ("user", "by")


@admin.register(StaffAct)
class StaffActAdmin(ReadOnly, ModelAdmin):
    staff_rights = ("view",)
    list_display = ("at", "actor", "act", "subject", "what", "reason")
    list_filter = ("act", "at")
    search_fields = ("actor__handle", "subject__handle", "what", "reason")
    list_select_related = ("actor", "subject")

    def get_actions(self, request: HttpRequest) -> dict[str, object]:
        return {}
