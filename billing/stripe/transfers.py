"""Transfers to hosts' accounts, and their reversals. https://docs.stripe.com/api/transfers"""

from billing.stripe.client import client, translated_errors


def create(*, amount: int, currency: str, account: str, group: str, key: str) -> str:
    """Transfer money to an account; `key` is the idempotency key. Return the transfer's id. Raises
    StripeUnavailable or StripeRefused."""
    with translated_errors():
        created = client().v1.transfers.create(
            {
                "amount": amount,
                "currency": currency,
                "destination": account,
                "transfer_group": group,
            },
            {"idempotency_key": key},
        )
    return created.id


def reverse(transfer_id: str, *, amount: int, key: str) -> str:
    """Take back a part of a transfer. Return the reversal's id."""
    with translated_errors():
        created = client().v1.transfers.reversals.create(
            transfer_id, {"amount": amount}, {"idempotency_key": key}
        )
    return created.id
