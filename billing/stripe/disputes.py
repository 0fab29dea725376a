"""Disputes of payments. https://docs.stripe.com/api/disputes"""

from dataclasses import dataclass

from billing.stripe.client import client, translated_errors

# The buyer's bank only asks; it has not taken any money.
INQUIRIES = ("warning_needs_response", "warning_under_review", "warning_closed")


@dataclass(frozen=True)
class Dispute:
    id: str
    payment_intent: str
    status: str  # e.g. "needs_response", "won", "lost"

    @property
    def has_taken_money(self) -> bool:
        return self.status not in INQUIRIES


def read(dispute_id: str) -> Dispute:
    """Raises StripeUnavailable or StripeRefused."""
    with translated_errors():
        found = client().v1.disputes.retrieve(dispute_id)
    intent = found.payment_intent
    return Dispute(found.id, intent if isinstance(intent, str) else "", found.status)
