"""Refunds of payments. https://docs.stripe.com/api/refunds"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing.stripe.client import client, id_of, translated_errors


@dataclass(frozen=True)
class Refunded:
    """`status` is "pending", "succeeded", "failed", "canceled" or "requires_action"."""

    id: str
    status: str
    amount: int
    name: str = ""  # what `create` was given; "" if the refund was made in Stripe's dashboard
    payment_intent: str = ""

    @property
    def has_failed(self) -> bool:
        return self.status in ("failed", "canceled")


def create(*, payment_intent: str, amount: int, name: str, key: str) -> Refunded:
    """Refund a part of a payment. `name` says for what, and is stored with the refund; `key` is the
    idempotency key. Raises StripeUnavailable or StripeRefused."""
    with translated_errors():
        created = client().v1.refunds.create(
            {"payment_intent": payment_intent, "amount": amount, "metadata": {"refund": name}},
            {"idempotency_key": key},
        )
    return _refunded(created)


def named(name: str, made: list[Refunded]) -> Refunded | None:
    """Return the refund with this name that has not failed, if there is one. An idempotency key
    alone is not enough after an answer was lost, because Stripe stores it for a day only."""
    return next((each for each in made if each.name == name and not each.has_failed), None)


def read(refund_id: str) -> Refunded:
    with translated_errors():
        return _refunded(client().v1.refunds.retrieve(refund_id))


def of_payment(payment_intent: str) -> list[Refunded]:
    """Return all refunds of a payment."""
    with translated_errors():
        found = client().v1.refunds.list({"payment_intent": payment_intent, "limit": 100})
        return [_refunded(each) for each in found.auto_paging_iter()]


def since(moment: datetime) -> Iterator[Refunded]:
    """Yield the refunds that were created after this moment."""
    with translated_errors():
        found = client().v1.refunds.list(
            {"created": {"gte": int(moment.timestamp())}, "limit": 100}
        )
        for each in found.auto_paging_iter():
            yield _refunded(each)


def _refunded(found: Any) -> Refunded:
    metadata = found.metadata.to_dict() if found.metadata else {}
    return Refunded(
        found.id,
        found.status or "",
        found.amount,
        str(metadata.get("refund", "")),
        id_of(found.payment_intent),
    )
