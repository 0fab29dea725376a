"""Discount codes: find a code, count its uses, and check the prices with it.

A use is counted by one conditional update, like seats, so a code is never used more often than its
host allows. Transactions change an offer before its codes, so that they can't deadlock.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from django.db.models import F, Q

from billing.currencies import CURRENCIES, format_amount
from billing.models import DiscountCode, Offer
from billing.models.discount_code import PATTERN
from billing.refusals import UNKNOWN_CODE, CodeRefused

NOT_USED_UP = Q(max_uses=None) | Q(uses__lt=F("max_uses"))


def normalized(text: str) -> str:
    """Return a code as it is stored: in capitals, without spaces."""
    return "".join(text.split()).upper()


def is_well_formed(code: str) -> bool:
    return re.fullmatch(PATTERN, code, re.ASCII) is not None


def find(offer: Offer, text: str, now: datetime) -> DiscountCode:
    """Return the code that a buyer typed. Raises CodeRefused if it is unknown or can't be used."""
    code = normalized(text)
    found = None
    if is_well_formed(code):
        found = DiscountCode.objects.filter(offer=offer, code=code).first()
    if found is None:
        raise CodeRefused("unknown_code", UNKNOWN_CODE)
    if refusal := _why_not(found, now):
        raise refusal
    return found


def take_use(discount: DiscountCode, now: datetime) -> None:
    """Count a purchase. Raises CodeRefused if the code can't be used any more."""
    same = DiscountCode.objects.filter(NOT_USED_UP, pk=discount.pk, switched_off_at=None)
    usable = same.filter(Q(expires_at=None) | Q(expires_at__gt=now))
    if not usable.update(uses=F("uses") + 1):
        discount.refresh_from_db()
        raise _why_not(discount, now) or _used_up()


def take_again(discount_id: int) -> bool:
    """Count a purchase again after its use was given back, because the payment arrived late.
    Return False if the code was used up in the meantime."""
    same = DiscountCode.objects.filter(NOT_USED_UP, pk=discount_id)
    return bool(same.update(uses=F("uses") + 1))


def give_back(discount_id: int) -> None:
    """Stop counting a purchase, because it will not be paid."""
    DiscountCode.objects.filter(pk=discount_id).update(uses=F("uses") - 1)


def usable_codes(offer: Offer, now: datetime) -> list[DiscountCode]:
    """Return the codes that are neither switched off nor expired. A code that is used up is among
    them, because it can be used again as soon as a use is given back."""
    not_off = DiscountCode.objects.filter(offer=offer, switched_off_at=None)
    return list(not_off.filter(Q(expires_at=None) | Q(expires_at__gt=now)).order_by("pk"))


def unpayable(discount: DiscountCode, prices: Mapping[str, int], currency: str) -> tuple[str, str]:
    """Return the field of the first price that this code lowers to an amount that Stripe can't
    take, and that amount as text; or two empty strings. A price of 0 is fine."""
    minimum = CURRENCIES[currency].minimum
    for field, price in prices.items():
        lowered = discount.price_of(price, currency)
        if 0 < lowered < minimum:
            return field, format_amount(lowered, currency)
    return "", ""


def _why_not(discount: DiscountCode, now: datetime) -> CodeRefused | None:
    if discount.switched_off_at is not None:
        return CodeRefused("switched_off_code", "The host has switched this code off.")
    if discount.is_expired_at(now):
        return CodeRefused("expired_code", "This code has expired.")
    return _used_up() if discount.is_used_up else None


def _used_up() -> CodeRefused:
    return CodeRefused("used_up_code", "This code has been used up.")
