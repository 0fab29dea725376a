"""Connected accounts of hosts (Accounts v2). https://docs.stripe.com/api/v2/core/accounts

Hosts receive transfers and are not the merchants of record, so their accounts have the
configuration "recipient".
"""

from dataclasses import dataclass
from typing import Any

from billing.stripe.client import client, translated_errors

INCLUDED = ["configuration.recipient", "requirements"]


@dataclass(frozen=True)
class ConnectedAccount:
    id: str
    transfers_enabled: bool
    payouts_enabled: bool
    missing: list[str]  # Stripe's names of what it still needs from the host
    # Why Stripe doesn't pay the host even if they enter what is missing: "rejected", "unsupported",
    # "restricted", or "".
    refusal: str


def create(*, key: str, email: str, name: str, country: str) -> ConnectedAccount:
    """Create an account; `key` is the idempotency key. Raises StripeUnavailable, or StripeRefused,
    e.g. if Stripe does not pay out in that country."""
    with translated_errors():
        created = client().v2.core.accounts.create(
            {  # type: ignore[arg-type]
                "contact_email": email,
                "display_name": name,
                "dashboard": "express",
                "identity": {"country": country},
                "configuration": {
                    "recipient": {
                        "capabilities": {
                            "stripe_balance": {"stripe_transfers": {"requested": True}}
                        }
                    }
                },
                "defaults": {
                    "responsibilities": {
                        "fees_collector": "application",
                        "losses_collector": "application",
                    }
                },
                "include": INCLUDED,
            },
            {"idempotency_key": key},
        )
    return _account(created)


def read(account_id: str) -> ConnectedAccount:
    with translated_errors():
        return _account(
            client().v2.core.accounts.retrieve(
                account_id,
                {"include": INCLUDED},  # type: ignore[arg-type]
            )
        )


def onboarding_url(account_id: str, *, return_url: str, refresh_url: str) -> str:
    """Return the URL of Stripe's page where the host enters what is missing. It works once, for a
    few minutes."""
    onboarding = {
        "configurations": ["recipient"],
        "return_url": return_url,
        "refresh_url": refresh_url,
    }
    with translated_errors():
        link = client().v2.core.account_links.create(
            {
                "account": account_id,
                "use_case": {
                    "type": "account_onboarding",
                    "account_onboarding": onboarding,  # type: ignore[typeddict-item]
                },
            }
        )
    return link.url


def _account(found: Any) -> ConnectedAccount:
    recipient = found.configuration.recipient  # None if it was deactivated
    balance = recipient.capabilities.stripe_balance if recipient else None
    transfers, payouts = (balance.stripe_transfers, balance.payouts) if balance else (None, None)
    entries = found.requirements.entries if found.requirements else None
    return ConnectedAccount(
        id=found.id,
        transfers_enabled=_is_active(transfers),
        payouts_enabled=_is_active(payouts),
        missing=[each.description for each in entries or [] if each.awaiting_action_from == "user"],
        refusal=_refusal(transfers) or _refusal(payouts) if balance else "restricted",
    )


def _is_active(capability: Any) -> bool:
    return capability is not None and capability.status == "active"


def _refusal(capability: Any) -> str:
    if capability is None or capability.status == "active":
        return ""
    if capability.status in ("rejected", "unsupported"):
        return str(capability.status)
    needs_stripe = any(each.resolution == "contact_stripe" for each in capability.status_details)
    return "restricted" if needs_stripe else ""
