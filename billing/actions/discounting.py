"""Create discount codes, and switch them off."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from billing import discounts
from billing.currencies import CURRENCIES, format_amount
from billing.models import DiscountCode, Offer
from billing.models.discount_code import MAX_LENGTH, MIN_LENGTH
from core import shared_clock
from core.refusals import Refusal

MAX_CODES = 50  # for each Space
MAX_USES = 10_000  # a Space has no more tickets than this


@dataclass(frozen=True)
class Discount:
    """A code to create. It takes a percentage, or an amount in minor units, off each ticket."""

    code: str
    percent: int | None = None
    amount: int | None = None
    max_uses: int | None = None
    expires_at: datetime | None = None


class InvalidDiscount(Refusal):
    status = 422

    def __init__(self, field: str, message: str) -> None:
        super().__init__("invalid_discount", message)
        self.field = field


class CantDiscount(Refusal):
    status = 403

    def __init__(self) -> None:
        super().__init__("cant_discount", "You can’t change the prices of this Space.")


def create(offer: Offer, by: User, discount: Discount) -> DiscountCode:
    """Create a code. Raises CantDiscount if the person isn't the seller or the Space is over, or
    InvalidDiscount with the field that is wrong."""
    _require_seller(offer, by)
    code, now = discounts.normalized(discount.code), shared_clock.now()
    if not discounts.is_well_formed(code):
        raise InvalidDiscount(
            "code", f"Use {MIN_LENGTH} to {MAX_LENGTH} letters from A to Z, digits or hyphens."
        )
    if (discount.percent is None) == (discount.amount is None):
        raise InvalidDiscount("value", "Say how much the code takes off.")
    if discount.percent is not None and not 1 <= discount.percent <= 100:
        raise InvalidDiscount("value", "Enter a whole number of percent from 1 to 100.")
    if discount.max_uses is not None and not 1 <= discount.max_uses <= MAX_USES:
        raise InvalidDiscount("max_uses", f"Enter a number from 1 to {MAX_USES:,}.")
    if discount.expires_at is not None and discount.expires_at <= now:
        raise InvalidDiscount("expires_at", "This time has passed. Choose a later one.")
    try:
        with transaction.atomic():
            # The prices must not change after the check below.
            locked = Offer.objects.select_for_update().get(pk=offer.pk)
            has_amount = discount.amount is not None
            new = DiscountCode(
                offer=locked,
                code=code,
                percent=discount.percent,
                amount=discount.amount,
                currency=locked.currency if has_amount else "",
                max_uses=discount.max_uses,
                expires_at=discount.expires_at,
                created_at=now,
            )
            _require_payable(new, locked)
            if locked.discount_codes.count() >= MAX_CODES:
                raise InvalidDiscount("", f"A Space has at most {MAX_CODES} codes.")
            new.save(force_insert=True)
    except IntegrityError as error:
        raise InvalidDiscount("code", "This Space has a code of this name already.") from error
    return new


def switch_off(discount: DiscountCode, by: User) -> None:
    """Make a code unusable for new purchases; earlier purchases keep their price. Idempotent.
    Raises CantDiscount if the person isn't the seller."""
    if discount.offer.seller_id != by.pk:
        raise CantDiscount
    on = DiscountCode.objects.filter(pk=discount.pk, switched_off_at=None)
    on.update(switched_off_at=shared_clock.now())


def _require_seller(offer: Offer, by: User) -> None:
    space = offer.space
    if offer.seller_id != by.pk or not (space.is_scheduled or space.is_live):
        raise CantDiscount


def _require_payable(discount: DiscountCode, offer: Offer) -> None:
    """Raise InvalidDiscount if Stripe can't take the price that is left."""
    field, left = discounts.unpayable(discount, offer.prices, offer.currency)
    if field:
        ticket = "an early ticket" if field == "early_price" else "a ticket"
        minimum = format_amount(CURRENCIES[offer.currency].minimum, offer.currency)
        raise InvalidDiscount(
            "value",
            f"With this code, {ticket} would cost {left}, and nobody can pay less than {minimum}. "
            "Take off less, or 100 percent: then it is free.",
        )
