"""Calls that several tests make."""

from typing import Any

import stripe

from billing.sandbox.sandbox import Sandbox

RECIPIENT = {
    "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
}


def session_params(amount: int = 1500, currency: str = "eur", **more: Any) -> Any:
    return {
        "mode": "payment",
        "success_url": "https://spaces.test/done?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://spaces.test/back",
        "line_items": [
            {
                "price_data": {
                    "currency": currency,
                    "unit_amount": amount,
                    "product_data": {"name": "A ticket"},
                },
                "quantity": 1,
            }
        ],
        "metadata": {"reservation": "r-1"},
        "payment_intent_data": {"metadata": {"reservation": "r-1"}, "transfer_group": "space-1"},
        **more,
    }


def open_session(client: stripe.StripeClient, **more: Any) -> stripe.checkout.Session:
    return client.v1.checkout.sessions.create(session_params(**more))


def paid_session(
    sandbox: Sandbox, client: stripe.StripeClient, card: str = "4242424242424242", **more: Any
) -> stripe.checkout.Session:
    """Return a session in which somebody has paid, with its payment intent and charge."""
    session = open_session(client, **more)
    sandbox.pay(session.id, card=card)
    return client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge"]}
    )


def paid_charge(
    sandbox: Sandbox, client: stripe.StripeClient, card: str = "4242424242424242", **more: Any
) -> Any:
    session: Any = paid_session(sandbox, client, card, **more)
    return session.payment_intent.latest_charge


def create_account(client: stripe.StripeClient, **more: Any) -> stripe.v2.core.Account:
    params: Any = {
        "contact_email": "ana@spaces.test",
        "display_name": "Ana",
        "dashboard": "express",
        "identity": {"country": "de", "entity_type": "individual"},
        "defaults": {
            "responsibilities": {"fees_collector": "application", "losses_collector": "application"}
        },
        "configuration": RECIPIENT,
        "include": ["configuration.recipient", "requirements"],
        **more,
    }
    return client.v2.core.accounts.create(params)


def ready_account(sandbox: Sandbox, client: stripe.StripeClient) -> str:
    """Return the id of an account that can receive transfers and payouts."""
    account = create_account(client)
    sandbox.onboard(account.id)
    return account.id


def event_types(sandbox: Sandbox) -> list[str]:
    """Return the types of all events, the oldest first."""
    return [event["type"] for event in reversed(sandbox.find("event"))]
