"""Transfers to hosts' accounts, and their reversals. https://docs.stripe.com/api/transfers"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from billing.stripe.client import (
    StripeRefused,
    StripeUnavailable,
    client,
    translated_errors,
)


@contextmanager
def balance_awaited() -> Iterator[None]:
    """Raise StripeUnavailable, not StripeRefused, if there is too little money yet: payments take
    days to arrive."""
    try:
        yield
    except StripeRefused as error:
        if error.code != "balance_insufficient":
            raise
        raise StripeUnavailable("the balance is too low") from error


@dataclass(frozen=True)
class Transferred:
    id: str
    amount: int
    reversed: int
    group: str  # the public id of the Space


def since(moment: datetime) -> Iterator[Transferred]:
    """Yield the transfers that were created after this moment."""
    with translated_errors():
        found = client().v1.transfers.list(
            {"created": {"gte": int(moment.timestamp())}, "limit": 100}
        )
        for each in found.auto_paging_iter():
            yield Transferred(each.id, each.amount, each.amount_reversed, each.transfer_group or "")


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
    """Take back a part of a transfer. Return the reversal's id. Raises StripeUnavailable, or
    StripeRefused, e.g. if the host's account has too little money."""
    with translated_errors():
        created = client().v1.transfers.reversals.create(
            transfer_id, {"amount": amount}, {"idempotency_key": key}
        )
    return created.id
