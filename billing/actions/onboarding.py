"""Connect a host to Stripe, so that they can be paid."""

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from billing.models import HostAccount
from billing.stripe import accounts
from core import shared_clock


def start(host: User, country: str) -> str:
    """Return the URL of Stripe's page where the host enters what Stripe needs. The first call
    creates the account. Raises StripeUnavailable or StripeRefused."""
    account, _ = HostAccount.objects.get_or_create(host=host, defaults={"country": country})
    if not account.stripe_id:
        created = accounts.create(
            key=f"account:{host.pk}:{account.country}",
            email=host.email,
            name=host.name,
            country=account.country,
        )
        _copy(account, created)
    return accounts.onboarding_url(
        account.stripe_id or "",
        return_url=settings.BASE_URL + reverse("billing:payouts"),
        refresh_url=settings.BASE_URL + reverse("billing:onboard_again"),
    )


def refresh(account: HostAccount) -> None:
    """Copy a host's account from Stripe again. Raises StripeUnavailable or StripeRefused."""
    if account.stripe_id:
        _copy(account, accounts.read(account.stripe_id))


def _copy(account: HostAccount, found: accounts.ConnectedAccount) -> None:
    account.stripe_id = found.id
    account.transfers_enabled = found.transfers_enabled
    account.payouts_enabled = found.payouts_enabled
    account.missing = found.missing
    account.read_at = shared_clock.now()
    account.save()
