"""The demo's Space with tickets, while a sandbox stands in for Stripe (STRIPE_API_BASE)."""

import json
from pathlib import Path

from django.conf import settings

from accounts.models import User
from billing.actions import discounting, offering
from billing.actions.discounting import Discount
from billing.actions.offering import Terms
from billing.models import HostAccount, Offer
from billing.sandbox.sandbox import Sandbox
from billing.sandbox.store import Store
from scheduling.demo import SOON
from spaces.models import Space

HOST, COUNTRY = "cleo", "de"
PRICE, EARLY_PRICE = 600, 450  # cents
QUANTITY, EARLY_QUANTITY = 40, 5
CODE = Discount("DEMO20", percent=20)


def sell_tickets() -> None:
    """Sell tickets for the demo's Space that starts soon. Do nothing without a sandbox, or if the
    Space has tickets already."""
    if not settings.STRIPE_API_BASE:
        return
    host = User.objects.get(handle=HOST)
    space = Space.objects.scheduled().filter(host=host, title=SOON).first()
    if space is None or Offer.objects.filter(space=space).exists():
        return
    if not HostAccount.objects.filter(host=host).exists():
        HostAccount.objects.create(
            host=host,
            country=COUNTRY,
            stripe_id=_open_account(host),
            transfers_enabled=True,
            payouts_enabled=True,
        )
    terms = Terms(
        currency="eur",
        price=PRICE,
        quantity=QUANTITY,
        early_price=EARLY_PRICE,
        early_quantity=EARLY_QUANTITY,
        allows_preview=True,
    )
    offer = offering.offer_tickets(space, by=host, terms=terms)
    discounting.create(offer, by=host, discount=CODE)


def _open_account(host: User) -> str:
    """Create an account for the host in the sandbox, whose process is not running yet; return the
    account's id."""
    store = Store.in_home(Path(settings.HOME))
    sandbox = Sandbox(store=store, url=settings.STRIPE_API_BASE)
    recipient = {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
    account = {
        "contact_email": host.email,
        "display_name": host.name,
        "identity": {"country": COUNTRY},
        "configuration": {"recipient": recipient},
    }
    headers = {"Authorization": f"Bearer {settings.STRIPE_SECRET_KEY}"}
    answer = sandbox.handle("POST", "/v2/core/accounts", headers, json.dumps(account))
    stripe_id = str(json.loads(answer.body)["id"])
    sandbox.onboard(stripe_id)
    store.close()
    return stripe_id
