"""The form with which a host sells tickets: it is filled in, reviewed with the fee, and
published."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.viewer import signed_in
from billing import countries, page_data
from billing.actions import offering, withdrawing
from billing.actions.offering import InvalidTerms, Terms
from billing.currencies import CURRENCIES
from billing.forms import OfferForm, shown
from billing.models import HostAccount, Offer
from billing.stripe.client import is_configured
from core import rates, responses
from core.refusals import Refusal
from core.time_zones import city
from spaces.models import Space

OFFERING = "30/hour"


@dataclass(frozen=True)
class Share:
    """How the price of a ticket is shared; amounts are in minor units."""

    label: str
    price: int
    fee: int

    @property
    def income(self) -> int:
        return self.price - self.fee


@login_required
def sell(request: HttpRequest, space_id: str) -> HttpResponse:
    space, host = _space_of_host(request, space_id)
    account = HostAccount.objects.filter(host=host).first()
    if not is_configured() or account is None or not account.may_sell:
        context = {"space": space, "account": account, "can_sell": is_configured()}
        return render(request, "billing/sell_not_yet.html", context)
    offer = page_data.offer_of(space)
    form = OfferForm(
        request.POST if request.method == "POST" else None,
        zone=space.schedule.time_zone,
        initial=shown(offer) if offer else {"currency": countries.currency_of(account.country)},
    )
    context = _context(space, form, offer)
    if request.method != "POST" or request.POST.get("step") == "change":
        return render(request, "billing/sell.html", context)
    if not form.is_valid():
        return responses.redisplay(
            request, "billing/sell.html", context, why=responses.first_error(form)
        )
    terms = form.terms()
    try:
        if request.POST.get("step") != "publish":
            offering.check_terms(space, terms)
            if offer is not None:
                offering.check_discounts(offer, terms)
            rate = offer.fee_rate if offer else settings.PLATFORM_FEE_RATE
            percent = f"{rate / 100:g}"
            review = {"terms": terms, "shares": _shares(terms, rate), "fee_percent": percent}
            return render(request, "billing/sell_review.html", context | review)
        rates.spend(OFFERING, "sell", host.key)
        offering.offer_tickets(space, by=host, terms=terms)
    except Refusal as refusal:
        field = refusal.field if isinstance(refusal, InvalidTerms) else ""
        form.add_error(field if field in form.fields else None, refusal.message)
        return responses.redisplay(request, "billing/sell.html", context, why=refusal)
    message = "Saved." if offer else "Your tickets are on sale."
    return responses.done(request, to=space, message=message)


@require_POST
@login_required
def withdraw(request: HttpRequest, space_id: str) -> HttpResponse:
    space, host = _space_of_host(request, space_id)
    try:
        rates.spend(OFFERING, "sell", host.key)
        withdrawing.withdraw(space, by=host)
    except Refusal as refusal:
        return responses.refuse(request, refusal, to=redirect("billing:sell", space_id).url)
    return responses.done(
        request, to=space, message="No tickets any more: everyone may come in free."
    )


def _space_of_host(request: HttpRequest, space_id: str) -> tuple[Space, User]:
    """Return a scheduled Space of the signed-in person, and the person. Raises Http404 for Spaces
    of other people."""
    host = signed_in(request)
    planned = Space.objects.scheduled().filter(host=host, schedule__isnull=False)
    found = planned.select_related("host", "schedule")
    return get_object_or_404(found, public_id=space_id), host


def _context(space: Space, form: OfferForm, offer: Offer | None) -> dict[str, Any]:
    zone = space.schedule.zone
    return {
        "space": space,
        "form": form,
        "offer": offer,
        "place": city(zone) or zone,
        "policy": page_data.refund_policy(is_seller=True),
        "cant_withdraw": withdrawing.why_not(offer) if offer else "",
        "at_payment_page": withdrawing.at_payment_page(offer).count() if offer else 0,
    }


def _shares(terms: Terms, fee_rate: int) -> list[Share]:
    prices = [("Early ticket", terms.early_price), ("Ticket", terms.price)]
    return [
        Share(label, price, CURRENCIES[terms.currency].fee_of(price, fee_rate))
        for label, price in prices
        if price is not None
    ]
