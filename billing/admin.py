"""Tickets and money in the admin: staff read everything, refund tickets with a reason, and repair
differences between this site and Stripe."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from accounts.viewer import signed_in
from billing import reconciliation
from billing.actions import refunding
from billing.currencies import format_amount
from billing.models import (
    Difference,
    DiscountCode,
    HostAccount,
    Offer,
    Posting,
    Refund,
    Reservation,
    Ticket,
    Transfer,
)
from billing.models.refund import REASON_LENGTH
from billing.stripe.client import StripeRefused, StripeUnavailable, is_configured
from core.text.written_text import as_one_line
from safety import staff_log
from safety.admin.people import ReasonedActionForm
from safety.admin.read_only import ReadOnly


class ViewedByStaff(ReadOnly, ModelAdmin):
    staff_rights = ("view",)


@admin.register(Offer)
class OfferAdmin(ViewedByStaff):
    list_display = ("space", "seller", "shown_price", "taken", "quantity", "published_at")
    list_filter = ("currency", "space__state")
    search_fields = ("space__title", "space__public_id", "seller__handle")
    list_select_related = ("space", "seller")

    @admin.display(description=_("price"), ordering="price")
    def shown_price(self, offer: Offer) -> str:
        return format_amount(offer.price, offer.currency)


@admin.register(DiscountCode)
class DiscountCodeAdmin(ViewedByStaff):
    list_display = ("code", "offer", "off", "uses", "max_uses", "expires_at", "switched_off_at")
    list_filter = ("created_at",)
    search_fields = ("code", "offer__space__title", "offer__space__public_id")
    list_select_related = ("offer",)


@admin.register(Reservation)
class ReservationAdmin(ViewedByStaff):
    list_display = (
        "id",
        "buyer",
        "offer",
        "quantity",
        "discount",
        "state",
        "created_at",
        "expires_at",
    )
    list_filter = ("state", "created_at")
    search_fields = ("id", "session_id", "payment_intent", "buyer__handle", "discount__code")
    list_select_related = ("buyer", "offer", "discount")


@admin.register(Ticket)
class TicketAdmin(ViewedByStaff):
    action_form = ReasonedActionForm
    list_display = ("id", "space", "holder", "state", "shown_price", "created_at", "entered_at")
    list_filter = ("state", "created_at")
    search_fields = ("space__title", "space__public_id", "holder__handle", "reservation__id")
    list_select_related = ("space", "holder", "reservation")
    exclude = ("code",)  # anybody who knows it can claim the ticket
    actions = ("refund",)

    @admin.display(description=_("price"), ordering="price")
    def shown_price(self, ticket: Ticket) -> str:
        return format_amount(ticket.price, ticket.currency)

    @admin.action(description=_("Refund, and give the buyer a reason"), permissions=["decide"])
    def refund(self, request: HttpRequest, tickets: QuerySet[Ticket]) -> None:
        reason = as_one_line(request.POST.get("reason", ""))[:REASON_LENGTH]
        if not reason:
            text = _("Enter a reason next to the action. The buyer and the staff log get it.")
            self.message_user(request, text, level=messages.WARNING)
            return
        staff, refunded = signed_in(request), 0
        for ticket in tickets.select_related("reservation__buyer", "holder"):
            if refunding.refund(ticket, Refund.Why.STAFF, reason):
                buyer = ticket.reservation.buyer if ticket.reservation else ticket.holder
                what = f"{ticket} for {ticket.space.title} ({ticket.space.public_id})"
                staff_log.note(staff, act="refund_ticket", subject=buyer, what=what, reason=reason)
                refunded += 1
        self.message_user(request, _("Refunded: %(count)s") % {"count": refunded})

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("safety.change_report")


@admin.register(Refund)
class RefundAdmin(ViewedByStaff):
    list_display = ("ticket", "amount", "why", "state", "attempts", "error", "created_at")
    list_filter = ("state", "why", "created_at")
    search_fields = ("stripe_id", "ticket__reservation__payment_intent")
    list_select_related = ("ticket",)


@admin.register(Transfer)
class TransferAdmin(ViewedByStaff):
    list_display = ("space", "amount", "currency", "state", "reversed", "error", "created_at")
    list_filter = ("state", "created_at")
    search_fields = ("stripe_id", "space__public_id", "space__title")
    list_select_related = ("space",)


@admin.register(Posting)
class PostingAdmin(ViewedByStaff):
    list_display = ("created_at", "space", "kind", "source", "target", "amount", "currency")
    list_filter = ("kind", "source", "target", "created_at")
    search_fields = ("reference", "space__public_id", "space__title")
    list_select_related = ("space",)


@admin.register(HostAccount)
class HostAccountAdmin(ViewedByStaff):
    list_display = (
        "host",
        "country",
        "stripe_id",
        "transfers_enabled",
        "payouts_enabled",
        "refusal",
    )
    list_filter = ("transfers_enabled", "payouts_enabled", "refusal", "country")
    search_fields = ("host__handle", "stripe_id")
    list_select_related = ("host",)


@admin.register(Difference)
class DifferenceAdmin(ViewedByStaff):
    """The differences between this site and Stripe. The list is updated every night, and when
    staff request it."""

    staff_pages = ("billing_difference_compare",)
    list_before_template = "admin/compare_with_stripe.html"
    list_display = ("kind", "reference", "details", "obstacle", "found_at")
    list_filter = ("kind", "found_at")
    search_fields = ("reference", "details")
    actions = ("repair",)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.compare))
        compare = path("compare/", view, name="billing_difference_compare")
        return [compare, *super().get_urls()]

    def compare(self, request: HttpRequest) -> HttpResponse:
        """Update the list now."""
        if not self.has_decide_permission(request):
            raise PermissionDenied
        if not is_configured():
            text = _("This site is not connected to Stripe.")
            self.message_user(request, text, level=messages.WARNING)
            return redirect("admin:billing_difference_changelist")
        try:
            count = len(reconciliation.compare())
        except (StripeRefused, StripeUnavailable) as error:
            self.message_user(request, str(error), level=messages.WARNING)
        else:
            staff_log.note(signed_in(request), act="compare_with_stripe", what=f"found {count}")
            self.message_user(request, _("Compared. Differences: %(count)s") % {"count": count})
        return redirect("admin:billing_difference_changelist")

    @admin.action(description=_("Repair the selected differences"), permissions=["decide"])
    def repair(self, request: HttpRequest, differences: QuerySet[Difference]) -> None:
        repaired = 0
        for difference in differences:
            what = str(difference)
            try:
                reconciliation.repair(difference)
            except (ValueError, StripeRefused, StripeUnavailable) as error:
                self.message_user(request, f"{what}: {error}", level=messages.WARNING)
                continue
            staff_log.note(signed_in(request), act="repair_difference", what=what)
            repaired += 1
        self.message_user(request, _("Repaired: %(count)s") % {"count": repaired})

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("safety.change_report")
