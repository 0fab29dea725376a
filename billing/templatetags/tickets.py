"""Tags and filters for amounts, QR codes, the time of payouts, and whether this is a test shop."""

from django import template
from django.conf import settings

from billing import page_data, qr_codes
from billing.currencies import format_amount

register = template.Library()


@register.filter
def money(amount: int, currency: str) -> str:
    """Format an amount in minor units: {{ offer.price|money:offer.currency }}."""
    return format_amount(amount, currency)


@register.filter
def signed_money(amount: int, currency: str) -> str:
    """Format a movement of money with its sign: "+€12.50" or "−€12.50"."""
    sign = "+" if amount > 0 else ""
    return f"{sign}{format_amount(amount, currency)}"


@register.simple_tag
def is_test_shop() -> bool:
    """Return whether a sandbox stands in for Stripe."""
    return bool(settings.STRIPE_API_BASE)


@register.simple_tag
def payout_time() -> str:
    """Return PAYOUT_DELAY_HOURS in words, e.g. "about a day after" (the end of a Space)."""
    return page_data.payout_time()


@register.simple_tag
def qr_code(text: str) -> qr_codes.QrCode:
    return qr_codes.draw(text)
