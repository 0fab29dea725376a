"""The seller's pages about sales: the sums, the attendees (also as a CSV file), guest passes and
refunds.
"""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.viewer import signed_in
from billing import exports, page_data, sales_chart
from billing.actions import guest_passes, paying_out, returning
from billing.forms import RefundForm
from billing.views.seller import offer_of_seller
from core import rates, responses
from core.refusals import Refusal

PAGE = 100  # tickets
REFUNDING = "60/minute"
EXPORTING = "20/hour"
GIVING = "20/minute"  # guest passes


@require_GET
@login_required
def sales(request: HttpRequest, space_id: str) -> HttpResponse:
    offer = offer_of_seller(request, space_id)
    page = Paginator(page_data.attendees(offer), PAGE).get_page(request.GET.get("page"))
    context = {
        "space": offer.space,
        "offer": offer,
        "sales": page_data.sales_of(offer),
        "was_too_short": offer.space.is_ended and offer.space.duration < paying_out.SHORTEST,
        "chart": sales_chart.chart_of(offer),
        "tickets": page,
        "guest_passes": page_data.guest_passes_of(offer),
    }
    return render(request, "billing/sales.html", context)


@require_POST
@login_required
def guest_pass(request: HttpRequest, space_id: str) -> HttpResponse:
    """Create a guest pass; its link is shown on the sales page."""
    offer = offer_of_seller(request, space_id)
    seller = signed_in(request)
    to = redirect("billing:sales", space_id).url
    try:
        rates.spend(GIVING, "guest_pass", seller.key)
        guest_passes.create(offer, by=seller)
    except Refusal as refusal:
        return responses.refuse(request, refusal, to=to)
    return responses.done(request, to=to, message="Send its link to one person.")


@require_GET
@login_required
def attendees_file(request: HttpRequest, space_id: str) -> HttpResponseBase:
    offer = offer_of_seller(request, space_id)
    try:
        rates.spend(EXPORTING, "attendees", signed_in(request).key)
    except Refusal as refusal:
        return responses.refuse(request, refusal, to=redirect("billing:sales", space_id).url)
    tickets = page_data.attendees(offer).iterator(chunk_size=500)
    return exports.answer(exports.attendees(tickets), f"tickets-{offer.space.public_id}.csv")


@login_required
def refund_attendee(request: HttpRequest, space_id: str, pk: int) -> HttpResponse:
    """Ask for the reason and a confirmation, then refund a ticket."""
    offer = offer_of_seller(request, space_id)
    bought = page_data.attendees(offer).filter(reservation__isnull=False)
    ticket = get_object_or_404(bought, pk=pk)
    to = redirect("billing:sales", space_id).url
    form = RefundForm(request.POST if request.method == "POST" else None)
    context = {"space": offer.space, "offer": offer, "ticket": ticket, "form": form}
    if request.method != "POST":
        return render(request, "billing/refund_attendee.html", context)
    if not form.is_valid():
        return responses.redisplay(
            request, "billing/refund_attendee.html", context, why=responses.first_error(form)
        )
    seller = signed_in(request)
    try:
        rates.spend(REFUNDING, "refund", seller.key)
        returning.refund_as_seller(ticket, by=seller, reason=form.cleaned_data["reason"])
    except Refusal as refusal:
        return responses.refuse(request, refusal, to=to)
    what = "Refunded" if ticket.price else "The ticket is not valid any more"
    return responses.done(request, to=to, message=f"{what}. The buyer is notified.")
