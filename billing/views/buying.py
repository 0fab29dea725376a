"""The pages of a purchase: choosing tickets, going to the payment page, and returning from it."""

from contextlib import suppress
from typing import Any
from uuid import UUID

import structlog
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.viewer import signed_in
from billing import discounts, page_data
from billing.actions import expiring, fulfilling, reserving
from billing.actions.fulfilling import SessionMismatch
from billing.forms import MAX_TYPED, BuyForm, CodeForm
from billing.models import DiscountCode, Offer, Refund, Reservation, Ticket
from billing.models.reservation import MAX_TICKETS
from billing.refusals import CodeRefused, NotOnSale, PriceChanged, SeatsStillHeld, SoldOut
from billing.stripe.client import StripeRefused, StripeUnavailable
from core import once, rates, responses, shared_clock
from core.refusals import Refusal
from spaces.models import Space

log = structlog.get_logger(__name__)

BUYING = "12/minute"
CODES = "20/hour"  # attempts to use a code, even a right one, so that nobody can guess codes
READING = "30/minute"  # of a buyer's purchases at Stripe


@login_required
def buy(request: HttpRequest, space_id: str) -> HttpResponse:
    buyer = signed_in(request)
    space = _space_for_buyer(space_id, buyer)
    offer = page_data.offer_of(space)
    if offer is None:
        return redirect(space)  # it needs no ticket
    if request.method == "POST":
        return _reserve(request, offer, buyer)
    own = page_data.own_of(space, buyer)
    try:
        discount = _discount(request, offer, own, buyer)
    except Refusal as refusal:
        return _refuse(request, offer, buyer, refusal)
    return render(request, "billing/buy.html", _context(offer, own, buyer, discount))


def _reserve(request: HttpRequest, offer: Offer, buyer: User) -> HttpResponse:
    form = BuyForm(request.POST)
    try:
        if not form.is_valid():
            raise responses.first_error(form)
        rates.spend(BUYING, "buy", buyer.key)
        data = form.cleaned_data
        if data["code"]:
            rates.spend(CODES, "discount", buyer.key)
        reservation = reserving.reserve(
            offer,
            buyer,
            data["quantity"],
            code=data["code"],
            seen=data["seen"],
            form=data["once"],
        )
        return redirect(reserving.checkout_url(reservation))
    except Refusal as refusal:
        return _refuse(request, offer, buyer, refusal)
    except (Offer.DoesNotExist, Reservation.DoesNotExist):
        return redirect(offer.space)  # the host has just made it free


def _discount(
    request: HttpRequest, offer: Offer, own: page_data.Own, buyer: User
) -> DiscountCode | None:
    """Return the code in the page's URL, or None if the URL has none, or if the buyer is at the
    checkout already. Raises Refusal."""
    if own.open_reservation is not None:
        return None
    form = CodeForm(request.GET)
    if not form.is_valid():
        raise responses.first_error(form)
    if not form.cleaned_data["code"]:
        return None
    rates.spend(CODES, "discount", buyer.key)
    return discounts.find(offer, form.cleaned_data["code"], shared_clock.now())


def _refuse(request: HttpRequest, offer: Offer, buyer: User, refusal: Refusal) -> HttpResponse:
    """Show the page in its current state, with the reason of the refusal."""
    offer.refresh_from_db()
    fresh = page_data.own_of(offer.space, buyer)
    typed = request.POST.get("code", "") or request.GET.get("code", "")
    discount = None
    # After other refusals, don't show whether the code is right, because tries are limited.
    if typed and isinstance(refusal, SoldOut | PriceChanged):
        with suppress(CodeRefused):
            discount = discounts.find(offer, typed, shared_clock.now())
    context = _context(offer, fresh, buyer, discount)
    at_field = isinstance(refusal, CodeRefused) and context["takes_codes"]
    context |= {
        "refused": "" if at_field else refusal.message,
        "wrong_code": refusal.message if at_field else "",
        "typed_code": typed[:MAX_TYPED],
    }
    return responses.redisplay(request, "billing/buy.html", context, why=refusal)


@require_GET
@login_required
def bought(request: HttpRequest, reservation_id: UUID) -> HttpResponse:
    """Show a purchase. Stripe leads people back to this page after the payment, so if the purchase
    is open, read the session, and fulfil it if the webhook has not done so yet."""
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
    refunds = [each.refund for each in tickets if hasattr(each, "refund")]
    context = {
        "reservation": reservation,
        "space": reservation.offer.space,
        "state": state,
        "tickets": tickets,
        "are_valid": all(each.state == Ticket.State.VALID for each in tickets),
        "has_failed_refund": any(each.state == Refund.State.FAILED for each in refunds),
        "is_reminded": page_data.is_reminded(reservation.offer.space, buyer),
    }
    return render(request, "billing/bought.html", context)


@require_POST
@login_required
def give_back(request: HttpRequest, reservation_id: UUID) -> HttpResponse:
    """Free the seats of a purchase that is not paid, so that the buyer can choose again, e.g. with
    a discount code. If it was paid in the meantime, show the tickets."""
    buyer = signed_in(request)
    own = Reservation.objects.filter(buyer=buyer).select_related("offer__space")
    reservation = get_object_or_404(own, pk=reservation_id)
    purchase = reverse("billing:bought", args=[reservation.pk])
    try:
        rates.spend(READING, "bought", buyer.key)
        if reservation.state == Reservation.State.HELD:
            expiring.release(reservation)
    except rates.TooFast as refusal:
        return responses.refuse(request, refusal, to=purchase)
    except (StripeUnavailable, StripeRefused, SessionMismatch) as error:
        log.warning("seats_not_given_back", id=str(reservation.pk), error=str(error))
        return responses.refuse(request, SeatsStillHeld(), to=purchase)
    reservation.refresh_from_db(fields=["state"])
    if reservation.state != Reservation.State.EXPIRED:
        return redirect(purchase)
    to = reverse("billing:buy", args=[reservation.offer.space.public_id])
    return responses.done(request, to=to, message="You have given the seats back. Choose again.")


def _read_again(reservation: Reservation, buyer: User) -> str:
    """Return the state of an open reservation according to Stripe: one of Reservation.State, "open"
    if its payment page is open or does not exist yet, "unread" if Stripe does not answer or was
    asked too often, or "mismatch" if the staff must decide what to do."""
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


def _context(
    offer: Offer, own: page_data.Own, buyer: User, discount: DiscountCode | None
) -> dict[str, Any]:
    sale = page_data.sale_of(offer)
    price = discount.price_of(sale.price, offer.currency) if discount else sale.price
    most = 1 if own.has_offered_seat else min(MAX_TICKETS, offer.left)
    not_on_sale = _why_not_on_sale(offer, buyer)
    may_buy = most > 0 and not not_on_sale and own.open_reservation is None
    return {
        "space": offer.space,
        "offer": offer,
        "sale": sale,
        "own": own,
        "discount": discount,
        "price": price,
        "may_buy": may_buy,
        "takes_codes": may_buy and offer.discount_codes.exists(),
        "form_name": once.new_name(),
        "not_on_sale": not_on_sale,
        "choices": [(number, number * price) for number in range(1, most + 1)],
        "may_preview": page_data.may_preview(offer, buyer),
        "policy": page_data.refund_policy(),
    }


def _why_not_on_sale(offer: Offer, buyer: User) -> str:
    try:
        reserving.require_on_sale(offer, buyer)
    except NotOnSale as refusal:
        return refusal.message
    return ""
