"""Transfers to hosts' accounts, and their reversals. https://docs.stripe.com/api/transfers

Each is stored with a name, by which it is found after an answer was lost. Idempotency keys alone
are not enough, because Stripe stores them for a day only.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing.stripe.client import StripeRefused, client, translated_errors

NAME = "name"  # the key in the metadata


class BalanceTooLow(StripeRefused):
    """Too little money has arrived yet: payments take days."""


@contextmanager
def low_balances_told_apart() -> Iterator[None]:
    try:
        yield
    except StripeRefused as error:
        if error.code != "balance_insufficient":
            raise
        raise BalanceTooLow(error.code, str(error)) from error


@dataclass(frozen=True)
class Transferred:
    id: str
    amount: int
    reversed: int
    group: str  # the public id of the Space
    name: str  # what `create` was given; "" if it was made in Stripe's dashboard


def since(moment: datetime) -> Iterator[Transferred]:
    """Yield the transfers that were created after this moment."""
    with translated_errors():
        found = client().v1.transfers.list(
            {"created": {"gte": int(moment.timestamp())}, "limit": 100}
        )
        for each in found.auto_paging_iter():
            yield _transferred(each)


def find(group: str, name: str) -> str:
    """Return the id of the transfer with this name, or "". Raises StripeUnavailable or
    StripeRefused."""
    with translated_errors():
        found = client().v1.transfers.list({"transfer_group": group, "limit": 100})
        return next((each.id for each in found.auto_paging_iter() if _name(each) == name), "")


def create(*, amount: int, currency: str, account: str, group: str, name: str, key: str) -> str:
    """Transfer money to an account; `key` is the idempotency key. Return the transfer's id. Raises
    StripeUnavailable, BalanceTooLow or StripeRefused."""
    with low_balances_told_apart(), translated_errors():
        created = client().v1.transfers.create(
            {
                "amount": amount,
                "currency": currency,
                "destination": account,
                "transfer_group": group,
                "metadata": {NAME: name},
            },
            {"idempotency_key": key},
        )
    return created.id


def is_reversed(transfer_id: str, name: str) -> bool:
    """Return whether a transfer has a reversal with this name. Raises StripeUnavailable or
    StripeRefused."""
    with translated_errors():
        found = client().v1.transfers.reversals.list(transfer_id, {"limit": 100})
        return any(_name(each) == name for each in found.auto_paging_iter())


def reverse(transfer_id: str, *, amount: int, name: str, key: str) -> str:
    """Take back a part of a transfer; `key` is the idempotency key. Return the reversal's id.
    Raises StripeUnavailable, or StripeRefused, e.g. if the host's account has too little money."""
    with translated_errors():
        created = client().v1.transfers.reversals.create(
            transfer_id,
            {"amount": amount, "metadata": {NAME: name}},
            {"idempotency_key": key},
        )
    return created.id


def _transferred(found: Any) -> Transferred:
    return Transferred(
        found.id, found.amount, found.amount_reversed, found.transfer_group or "", _name(found)
    )


def _name(found: Any) -> str:
    metadata = found.metadata.to_dict() if found.metadata else {}
    return str(metadata.get(NAME, ""))
