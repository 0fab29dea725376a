"""The pages of a purchase: the choice, the way to the payment page, and back from it."""

from typing import Any
from uuid import UUID

import structlog
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.viewer import signed_in
from billing import page_data
from billing.actions import fulfilling, reserving
from billing.actions.fulfilling import SessionMismatch
from billing.forms import BuyForm
from billing.models import Offer, Reservation, Ticket
from billing.models.reservation import MAX_TICKETS
from billing.refusals import NotOnSale
from billing.stripe.client import StripeRefused, StripeUnavailable
from core import rates, responses
from core.refusals import Refusal
from spaces.models import Space

log = structlog.get_logger(__name__)

BUYING = "12/minute"
READING = "30/minute"  # of one's purchases at Stripe


class PriceChanged(Refusal):
    def __init__(self) -> None:
        super().__init__("price_changed", "The price has changed. Look at it before you pay.")


@login_required
def buy(request: HttpRequest, space_id: str) -> HttpResponse:
    buyer = signed_in(request)
    space = _space_for_buyer(space_id, buyer)
    offer = page_data.offer_of(space)
    if offer is None:
        return redirect(space)  # it has become free
    own = page_data.own_of(space, buyer)
    if request.method == "POST":
        return _reserve(request, offer, own, buyer)
    return render(request, "billing/buy.html", _context(offer, own, buyer, BuyForm()))


def _reserve(request: HttpRequest, offer: Offer, own: page_data.Own, buyer: User) -> HttpResponse:
    form = BuyForm(request.POST)
    try:
        if not form.is_valid():
            raise responses.first_error(form)
        rates.spend(BUYING, "buy", buyer.key)
        seen = form.cleaned_data["seen"]
        price = page_data.sale_of(offer).price
        if own.open_reservation is None and seen is not None and seen < price:
            raise PriceChanged
        reservation = reserving.reserve(offer, buyer, form.cleaned_data["quantity"])
        return redirect(reserving.checkout_url(reservation))
    except Refusal as refusal:
        offer.refresh_from_db(fields=["taken"])
        fresh = page_data.own_of(offer.space, buyer)
        context = _context(offer, fresh, buyer, BuyForm()) | {"refused": refusal.message}
        return responses.redisplay(request, "billing/buy.html", context, why=refusal)


@require_GET
@login_required
def bought(request: HttpRequest, reservation_id: UUID) -> HttpResponse:
    """Stripe's success page leads here: read the session, and turn it into tickets if the webhook
    has not done so yet."""
    buyer = signed_in(request)
    own = Reservation.objects.filter(buyer=buyer).select_related("offer__space__host")
    reservation = get_object_or_404(own, pk=reservation_id)
    state = _read_again(reservation, buyer) if reservation.is_open else reservation.state
    reservation.refresh_from_db(fields=["state"])
    tickets = list(reservation.tickets.select_related("space__host", "refund").order_by("number"))
    if state == Reservation.State.PAID and all(
        each.state == Ticket.State.REFUNDED for each in tickets
    ):
        state = "refunded"
    context = {
        "reservation": reservation,
        "space": reservation.offer.space,
        "state": state,
        "tickets": tickets,
        "buyer": buyer,
    }
    return render(request, "billing/bought.html", context)


def _read_again(reservation: Reservation, buyer: User) -> str:
    """Return the state of an open reservation by what Stripe says: one of Reservation.State, "open"
    if its payment page is still open, "unread" if Stripe does not answer, or "mismatch"."""
    if not reservation.session_id:
        return "open"
    try:
        rates.spend(READING, "bought", buyer.key)
        session = reserving.open_session(reservation)
        if session.status == "open":
            return "open"
        read = fulfilling.apply(session)
        return str(read.state) if read else "mismatch"
    except (rates.TooFast, StripeUnavailable) as error:
        log.warning("purchase_not_read", id=str(reservation.pk), error=str(error))
        return "unread"
    except (SessionMismatch, StripeRefused) as error:
        log.error("purchase_not_fulfilled", id=str(reservation.pk), error=str(error))
        return "mismatch"


def _space_for_buyer(space_id: str, buyer: User) -> Space:
    shown = Space.objects.with_host_visible_to(buyer).select_related("host")
    return get_object_or_404(shown, public_id=space_id)


def _context(offer: Offer, own: page_data.Own, buyer: User, form: BuyForm) -> dict[str, Any]:
    sale = page_data.sale_of(offer)
    most = 1 if own.has_offered_seat else min(MAX_TICKETS, offer.left)
    return {
        "space": offer.space,
        "offer": offer,
        "sale": sale,
        "own": own,
        "form": form,
        "not_on_sale": _why_not_on_sale(offer, buyer),
        "choices": [(number, number * sale.price) for number in range(1, most + 1)],
        "may_preview": page_data.may_preview(offer, buyer),
        "policy": page_data.refund_policy(),
    }


def _why_not_on_sale(offer: Offer, buyer: User) -> str:
    try:
        reserving.require_on_sale(offer, buyer)
    except NotOnSale as refusal:
        return refusal.message
    return ""
