"""Disputes of payments. https://docs.stripe.com/api/disputes"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing.stripe.client import client, id_of, translated_errors

# The buyer's bank only asks; it has not taken any money.
INQUIRIES = ("warning_needs_response", "warning_under_review", "warning_closed")


@dataclass(frozen=True)
class Dispute:
    id: str
    payment_intent: str
    status: str  # e.g. "needs_response", "won", "lost"
    amount: int  # what is disputed; refunds that were done before are not a part of it

    @property
    def has_taken_money(self) -> bool:
        return self.status not in INQUIRIES

    @property
    def is_won(self) -> bool:
        return self.status == "won"


def read(dispute_id: str) -> Dispute:
    """Return a dispute. Raises StripeUnavailable or StripeRefused."""
    with translated_errors():
        return _dispute(client().v1.disputes.retrieve(dispute_id))


def since(moment: datetime) -> Iterator[Dispute]:
    """Yield the disputes that were opened after this moment."""
    with translated_errors():
        found = client().v1.disputes.list(
            {"created": {"gte": int(moment.timestamp())}, "limit": 100}
        )
        for each in found.auto_paging_iter():
            yield _dispute(each)


def _dispute(found: Any) -> Dispute:
    return Dispute(found.id, id_of(found.payment_intent), found.status, found.amount)
