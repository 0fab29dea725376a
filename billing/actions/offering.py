"""Publish or change the offer of tickets for a Space."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import User
from billing import discounts
from billing.currencies import CURRENCIES, format_amount
from billing.models import HostAccount, Offer
from billing.models.offer import MAX_QUANTITY
from core import shared_clock
from core.refusals import Refusal
from core.times import duration_in_words
from scheduling import rules
from spaces.actions.locks import lock_scheduled
from spaces.models import Space


@dataclass(frozen=True)
class Terms:
    """What a host offers; amounts are in minor units of the currency."""

    currency: str
    price: int
    quantity: int
    sales_end: datetime | None = None
    early_price: int | None = None
    early_until: datetime | None = None
    early_quantity: int | None = None
    allows_preview: bool = False


class InvalidTerms(Refusal):
    status = 422

    def __init__(self, field: str, message: str) -> None:
        super().__init__("invalid_terms", message)
        self.field = field


class CantBePaid(Refusal):
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "cant_be_paid", "Finish setting up your payouts first: Stripe can't pay you yet."
        )


def offer_tickets(space: Space, by: User, terms: Terms) -> Offer:
    """Publish an offer, or change it. Tickets that were bought keep their price. Raises NotYours,
    NotScheduled, CantBePaid, InvalidAmount or InvalidTerms."""
    rules.require_host(space, by)
    check_terms(space, terms)
    account = HostAccount.objects.filter(host=by).first()
    if account is None or not account.may_sell:
        raise CantBePaid
    with transaction.atomic(), lock_scheduled(space):
        # Guests can't hold tickets.
        Space.objects.filter(pk=space.pk).update(open_to_guests=False)
        offer = Offer.objects.select_for_update().filter(space=space).first()
        if offer is None:
            return Offer.objects.create(
                space=space, seller=by, fee_rate=settings.PLATFORM_FEE_RATE, **vars(terms)
            )
        if terms.quantity < offer.taken:
            raise InvalidTerms(
                "quantity", f"{offer.taken} tickets are sold or held. Offer at least as many."
            )
        if offer.taken and terms.currency != offer.currency:
            raise InvalidTerms(
                "currency", "The currency can't change while tickets are sold or held."
            )
        if offer.taken and terms.price < offer.price:
            raise InvalidTerms("price", "The price can't fall while tickets are sold or held.")
        lowest = terms.price if terms.early_price is None else terms.early_price
        if offer.taken and lowest < min(offer.prices.values()):
            raise InvalidTerms(
                "early_price", "No ticket can become cheaper while tickets are sold or held."
            )
        check_discounts(offer, terms)
        for field, value in vars(terms).items():
            setattr(offer, field, value)
        offer.save(update_fields=[*vars(terms)])  # not `taken`, which buyers change meanwhile
    return offer


def check_discounts(offer: Offer, terms: Terms) -> None:
    """Raise InvalidTerms if a discount code would not fit the new terms."""
    new = Offer(price=terms.price, early_price=terms.early_price)
    for discount in discounts.usable_codes(offer, shared_clock.now()):
        if discount.amount is not None and discount.currency != terms.currency:
            raise InvalidTerms(
                "currency",
                f"The code {discount} takes off an amount in {discount.currency.upper()}. "
                "Switch it off first.",
            )
        field, left = discounts.unpayable(discount, new.prices, terms.currency)
        if field:
            minimum = format_amount(CURRENCIES[terms.currency].minimum, terms.currency)
            raise InvalidTerms(
                field,
                f"With the code {discount}, a ticket would cost {left}, and nobody can pay less "
                f"than {minimum}. Choose another price, or switch the code off first.",
            )


def check_terms(space: Space, terms: Terms) -> None:
    """Raise InvalidAmount if Stripe doesn't accept a price, or InvalidTerms with the field that is
    wrong."""
    currency = CURRENCIES.get(terms.currency)
    if currency is None:
        raise InvalidTerms("currency", "Choose a currency from the list.")
    currency.check(terms.price)
    if not 1 <= terms.quantity <= MAX_QUANTITY:
        raise InvalidTerms("quantity", f"Offer between 1 and {MAX_QUANTITY:,} tickets.")
    if terms.early_price is not None:
        currency.check(terms.early_price)
        if terms.early_price >= terms.price:
            raise InvalidTerms("early_price", "The early price must be lower than the price.")
        if terms.early_until is None and terms.early_quantity is None:
            raise InvalidTerms(
                "early_until", "Say until when, or for how many tickets, it applies."
            )
    if terms.sales_end is not None and space.starts_at is not None:
        latest = space.starts_at + settings.SALES_AFTER_START
        if terms.sales_end > latest:
            longest = duration_in_words(settings.SALES_AFTER_START)
            raise InvalidTerms("sales_end", f"End the sale at most {longest} after the start.")
