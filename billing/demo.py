"""The demo's Space with tickets, while a sandbox stands for Stripe (STRIPE_API_BASE)."""

from django.conf import settings

from accounts.models import User
from billing.actions import offering
from billing.actions.offering import Terms
from billing.models import HostAccount, Offer
from scheduling.demo import SOON
from spaces.models import Space

HOST = "cleo"
PRICE, EARLY_PRICE = 600, 450  # cents
QUANTITY, EARLY = 40, 5


def sell_tickets() -> None:
    """Sell tickets for the Space that starts soon, unless that was done before. Stripe is not
    asked: the row says that the host can be paid, and has no account there yet."""
    if not settings.STRIPE_API_BASE:
        return
    host = User.objects.get(handle=HOST)
    space = Space.objects.scheduled().filter(host=host, title=SOON).first()
    if space is None or Offer.objects.filter(space=space).exists():
        return
    HostAccount.objects.get_or_create(
        host=host,
        defaults={"country": "de", "transfers_enabled": True, "payouts_enabled": True},
    )
    terms = Terms(
        currency="eur",
        price=PRICE,
        quantity=QUANTITY,
        early_price=EARLY_PRICE,
        early_quantity=EARLY,
        allows_preview=True,
    )
    offering.offer_tickets(space, by=host, terms=terms)
