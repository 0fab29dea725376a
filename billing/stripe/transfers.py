"""Transfers to hosts' accounts, and their reversals. https://docs.stripe.com/api/transfers"""

from collections.abc import Iterator
from contextlib import contextmanager

from billing.stripe.client import (
    StripeRefused,
    StripeUnavailable,
    client,
    translated_errors,
)


@contextmanager
def balance_awaited() -> Iterator[None]:
    """Raise StripeUnavailable if there is too little money yet: payments take days to arrive."""
    try:
        yield
    except StripeRefused as error:
        if error.code != "balance_insufficient":
            raise
        raise StripeUnavailable("the balance is too low") from error


def create(*, amount: int, currency: str, account: str, group: str, key: str) -> str:
    """Transfer money to an account; `key` is the idempotency key. Return the transfer's id. Raises
    StripeUnavailable, also while too little of the money is available, or StripeRefused."""
    with balance_awaited(), translated_errors():
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
