"""Checkout sessions: Stripe's hosted payment pages. https://docs.stripe.com/api/checkout/sessions"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from stripe import PaymentIntent

from billing.stripe.client import MISSING, StripeRefused, client, id_of, translated_errors

PAYMENT = "payment_intent"
# A payment that was begun and is not "processing" any more. "requires_payment_method" means that
# the bank refused it: https://docs.stripe.com/payments/paymentintents/lifecycle
FAILED = ("requires_payment_method", "canceled")


@dataclass(frozen=True)
class Session:
    """`status` is "open", "complete" or "expired"; `total` is in minor units. `url` is the payment
    page, or "" if the session can't be paid any more. A complete session that is not paid has a
    delayed payment, which is on its way or, with `has_failed`, refused by the bank."""

    id: str
    url: str
    status: str
    is_paid: bool
    has_failed: bool  # always False in the session that `create` returns
    total: int
    currency: str
    reservation: str  # the id of our reservation; in sessions of other shops, anything
    payment_intent: str

    @property
    def reservation_id(self) -> UUID | None:
        """The id of our reservation, or None if another shop of the account made this session."""
        try:
            return UUID(self.reservation)
        except ValueError:
            return None


def create(
    *,
    reservation: str,
    title: str,
    unit_amount: int,
    currency: str,
    quantity: int,
    expires_at: datetime,
    transfer_group: str,
    success_url: str,
    cancel_url: str,
    email: str = "",
) -> Session:
    """Create the session of a reservation, or return the session that the same call has created
    before. Only another `expires_at` makes it another call. Raises StripeUnavailable, also if
    another parameter differs, or StripeRefused, e.g. if `expires_at` is less than 30 minutes
    away."""
    until = int(expires_at.timestamp())
    metadata = {"reservation": reservation}
    params: dict[str, Any] = {
        "mode": "payment",
        "client_reference_id": reservation,
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata, "transfer_group": transfer_group},
        "line_items": [
            {
                "quantity": quantity,
                "price_data": {
                    "currency": currency,
                    "unit_amount": unit_amount,
                    "product_data": {"name": title},
                },
            }
        ],
        "expires_at": until,
        "success_url": success_url,
        "cancel_url": cancel_url,
    }
    if email:
        params["customer_email"] = email
    with translated_errors():
        created = client().v1.checkout.sessions.create(
            params,  # type: ignore[arg-type]
            {"idempotency_key": f"reservation:{reservation}:{until}"},
        )
    return _session(created)


def read(session_id: str) -> Session:
    """Return a session. Raises StripeUnavailable, or StripeRefused if there is no such session."""
    with translated_errors():
        return _session(client().v1.checkout.sessions.retrieve(session_id, {"expand": [PAYMENT]}))


def find(session_id: str) -> Session | None:
    """Return a session, or None if Stripe does not know it. Raises StripeUnavailable or
    StripeRefused."""
    try:
        return read(session_id)
    except StripeRefused as error:
        if error.code == MISSING:
            return None
        raise


def of_payment(payment_intent: str) -> Session | None:
    """Return the session of a payment, or None if it has none. Raises StripeUnavailable or
    StripeRefused."""
    with translated_errors():
        found = client().v1.checkout.sessions.list(
            {"payment_intent": payment_intent, "limit": 1, "expand": [f"data.{PAYMENT}"]}
        )
        return _session(found.data[0]) if found.data else None


def complete_since(moment: datetime) -> Iterator[Session]:
    """Yield the sessions that were created after this moment and are complete."""
    with translated_errors():
        found = client().v1.checkout.sessions.list(
            {
                "status": "complete",
                "created": {"gte": int(moment.timestamp())},
                "limit": 100,
                "expand": [f"data.{PAYMENT}"],
            }
        )
        for each in found.auto_paging_iter():
            yield _session(each)


def expire(session_id: str) -> Session:
    """Expire an open session, so that it can't be paid any more; return its state. A session that
    is complete or has expired stays as it is."""
    sessions, expanded = client().v1.checkout.sessions, [PAYMENT]
    with translated_errors():
        found = sessions.retrieve(session_id, {"expand": expanded})
        if found.status == "open":
            found = sessions.expire(session_id, {"expand": expanded})
    return _session(found)


def _session(found: Any) -> Session:
    is_paid = found.payment_status != "unpaid"
    payment = found.payment_intent
    status = payment.status if isinstance(payment, PaymentIntent) else ""
    return Session(
        id=found.id,
        url=found.url or "",
        status=found.status or "",
        is_paid=is_paid,
        has_failed=found.status == "complete" and not is_paid and status in FAILED,
        total=found.amount_total or 0,
        currency=found.currency or "",
        reservation=found.client_reference_id or "",
        payment_intent=id_of(payment),
    )
