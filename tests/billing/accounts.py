"""Accounts of hosts at Stripe."""

from billing.actions import onboarding
from billing.models import HostAccount


def open_account(shop, host):
    """Create an account at Stripe that can receive payouts."""
    onboarding.start(host, "de")
    account = HostAccount.objects.get(host=host)
    shop.sandbox.onboard(account.stripe_id)
    onboarding.refresh(account)
    return account
