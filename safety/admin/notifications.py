"""What was sent to whom, in the admin: deliveries, broadcasts, and addresses that a mail server
refused.

The pages are here because they use classes of `safety`, and `notifications` is a lower-level app.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from notifications import queue_report
from notifications.models import Broadcast, Delivery, UndeliverableAddress
from safety.admin.read_only import ReadOnly


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, ModelAdmin):
    staff_rights = ("view",)
    list_before_template = "admin/queue_of_deliveries.html"
    list_display = ("due_at", "kind", "user", "channel", "state", "reason", "attempts")
    list_filter = ("state", "channel", "kind", "due_at", "finished_at")
    search_fields = ("user__handle", "subject", "reason")
    list_select_related = ("user",)
    ordering = ("-pk",)
    show_full_result_count = False  # counting a million rows takes a second
    raw_id_fields = ("user", "actor")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {**(extra_context or {}), "queue": queue_report.report()}
        response: HttpResponse = super().changelist_view(request, context)
        return response


@admin.register(Broadcast)
class BroadcastAdmin(ReadOnly, ModelAdmin):
    staff_rights = ("view",)
    list_display = ("due_at", "kind", "subject", "state", "recipients", "finished_at")
    list_filter = ("state", "kind", "due_at")
    search_fields = ("subject",)
    ordering = ("-pk",)


@admin.register(UndeliverableAddress)
class UndeliverableAddressAdmin(ModelAdmin):
    """For superusers only, like all e-mail addresses. Deleting a row makes its address usable
    again."""

    list_display = ("at", "user", "email", "reason")
    list_filter = ("at",)
    search_fields = ("user__handle", "email")
    list_select_related = ("user",)
    ordering = ("-at",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
