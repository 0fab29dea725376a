"""Connect a host to Stripe, so that they can be paid."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from billing.models import HostAccount, Transfer
from billing.stripe import accounts
from billing.stripe.client import StripeRefused
from core import shared_clock


class CountryRefused(Exception):
    """Stripe did not open an account in this country; the message is Stripe's."""


def start(host: User, country: str) -> str:
    """Return the URL of Stripe's page where the host enters what Stripe needs. The first call opens
    the account in this country, which is stored once Stripe has accepted it. Raises CountryRefused,
    StripeUnavailable or StripeRefused."""
    account = HostAccount.objects.filter(host=host).first() or _open(host, country)
    return accounts.onboarding_url(
        account.stripe_id,
        return_url=settings.BASE_URL + reverse("billing:payouts"),
        refresh_url=settings.BASE_URL + reverse("billing:onboard_again"),
    )


def refresh(account: HostAccount) -> None:
    """Copy a host's account from Stripe again. If it has become able to receive transfers, the
    transfers that Stripe refused become due again. Raises StripeUnavailable or StripeRefused."""
    could_receive = account.transfers_enabled
    for field, value in _copied(accounts.read(account.stripe_id)).items():
        setattr(account, field, value)
    with transaction.atomic():
        account.save()
        if account.transfers_enabled and not could_receive:
            refused = Transfer.objects.filter(state=Transfer.State.FAILED)
            refused.filter(space__offer__seller=account.host_id).make_due(shared_clock.now())


def _open(host: User, country: str) -> HostAccount:
    given = {"email": host.email, "name": host.name, "country": country}
    try:
        created = accounts.create(key=_key(host, given), **given)
    except StripeRefused as error:
        raise CountryRefused(str(error)) from error
    # If the host sent the form twice, the first account is kept.
    account, _ = HostAccount.objects.get_or_create(
        host=host, defaults={"country": country, "stripe_id": created.id, **_copied(created)}
    )
    return account


def _key(host: User, given: dict[str, str]) -> str:
    """Return the idempotency key for opening an account with these details.

    For a day, Stripe refuses a known key with other details. So a host who changes their name
    after a lost answer gets another key, and another account; nobody uses the first one.
    """
    digest = hashlib.sha256(json.dumps(given).encode()).hexdigest()
    return f"account:{host.pk}:{digest[:32]}"


def _copied(found: accounts.ConnectedAccount) -> dict[str, Any]:
    """Return the fields that are copied from Stripe, with their values."""
    return {
        "transfers_enabled": found.transfers_enabled,
        "payouts_enabled": found.payouts_enabled,
        "missing": found.missing,
        "refusal": found.refusal,
        "read_at": shared_clock.now(),
    }
