"""The seller's page of discount codes: list the codes, create one, and switch one off."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.previews import absolute
from accounts.viewer import signed_in
from billing.actions import discounting
from billing.actions.discounting import InvalidDiscount
from billing.currencies import CURRENCIES
from billing.forms import DiscountForm
from billing.models import DiscountCode, Offer
from billing.views.seller import offer_of_seller
from core import rates, responses, shared_clock
from core.refusals import Refusal
from core.time_zones import city

CREATING = "30/hour"
LABELS = {"price": "Ticket", "early_price": "Early ticket"}


@dataclass(frozen=True)
class Row:
    """A code in the list."""

    discount: DiscountCode
    prices: list[tuple[str, int]]  # labels and prices of tickets with the code
    why_over: str  # why it can't be used any more, or ""
    link: str  # to the page that shows the lower price


@login_required
def codes(request: HttpRequest, space_id: str) -> HttpResponse:
    offer = offer_of_seller(request, space_id)
    seller = signed_in(request)
    form = DiscountForm(
        request.POST if request.method == "POST" else None,
        zone=offer.space.schedule.time_zone,
        currency=CURRENCIES[offer.currency],
    )
    if request.method != "POST":
        return render(request, "billing/codes.html", _context(offer, form))
    try:
        if not form.is_valid():
            raise responses.first_error(form)
        rates.spend(CREATING, "create_code", seller.key)
        discount = discounting.create(offer, by=seller, discount=form.discount())
    except Refusal as refusal:
        if form.is_valid():
            field = refusal.field if isinstance(refusal, InvalidDiscount) else ""
            form.add_error(field if field in form.fields else None, refusal.message)
        context = _context(offer, form)
        return responses.redisplay(request, "billing/codes.html", context, why=refusal)
    to = redirect("billing:codes", space_id).url
    return responses.done(request, to=to, message=f"People can use {discount} now.")


@require_POST
@login_required
def switch_off(request: HttpRequest, space_id: str, pk: int) -> HttpResponse:
    offer = offer_of_seller(request, space_id)
    discount = get_object_or_404(offer.discount_codes.select_related("offer"), pk=pk)
    discounting.switch_off(discount, by=signed_in(request))
    to = redirect("billing:codes", space_id).url
    return responses.done(request, to=to, message=f"{discount} is switched off.")


def _context(offer: Offer, form: DiscountForm) -> dict[str, Any]:
    zone = offer.space.schedule.zone
    return {
        "space": offer.space,
        "offer": offer,
        "form": form,
        "place": city(zone) or zone,
        "rows": [_row(offer, each) for each in offer.discount_codes.order_by("-pk")],
        "may_create": offer.space.is_scheduled or offer.space.is_live,
    }


def _row(offer: Offer, discount: DiscountCode) -> Row:
    page = absolute(reverse("billing:buy", args=[offer.space.public_id]))
    prices = [
        (LABELS[field], discount.price_of(price, offer.currency))
        for field, price in offer.prices.items()
    ]
    return Row(discount, prices, _why_over(discount), f"{page}?code={discount}")


def _why_over(discount: DiscountCode) -> str:
    if discount.switched_off_at is not None:
        return "Switched off"
    if discount.is_expired_at(shared_clock.now()):
        return "Expired"
    return "Used up" if discount.is_used_up else ""
