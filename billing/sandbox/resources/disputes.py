"""Disputes: a buyer asks the bank to take a payment back."""

from billing.sandbox import events
from billing.sandbox.errors import refused
from billing.sandbox.lists import list_objects, list_parameters
from billing.sandbox.parameters import EXPAND, Shape, Text
from billing.sandbox.resources import balances, charges
from billing.sandbox.routing import Call, Route
from billing.sandbox.state import State, render
from billing.sandbox.store import Object

DISPUTE = "dispute"
TIME_TO_RESPOND = 10 * 86_400  # seconds
EVIDENCE = """
access_activity_log billing_address cancellation_policy cancellation_policy_disclosure
cancellation_rebuttal customer_communication customer_email_address customer_name
customer_purchase_ip customer_signature duplicate_charge_documentation
duplicate_charge_explanation duplicate_charge_id product_description receipt refund_policy
refund_policy_disclosure refund_refusal_explanation service_date service_documentation
shipping_address shipping_carrier shipping_date shipping_documentation shipping_tracking_number
uncategorized_file uncategorized_text
"""


def open_dispute(state: State, charge_id: str, reason: str = "fraudulent") -> Object:
    """Take what is left of a payment from the platform until the dispute is decided."""
    charge = state.get(charges.CHARGE, charge_id)
    amount = charge["amount"] - charge["amount_refunded"]
    if charge["disputed"] or not charge["paid"] or not amount:
        raise refused("This payment cannot be disputed.")
    id = state.new_id("dp")
    transaction = balances.move(
        state, balances.PLATFORM, charge["currency"], -amount, "adjustment", id
    )
    card = charge["payment_method_details"].get("card")
    dispute = {
        "id": id,
        "object": DISPUTE,
        "amount": amount,
        "balance_transactions": [_transaction(state, transaction)],
        "charge": charge_id,
        "created": state.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(EVIDENCE.split()), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": state.now() + TIME_TO_RESPOND,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": "needs_response",
    }
    if card:
        dispute["payment_method_details"] = {
            "card": {
                "brand": card["brand"],
                "case_type": "chargeback",
                "network": card["network"],
                "network_reason_code": "10.4",
            },
            "type": "card",
        }
    state.put(dispute)
    state.put(charge | {"disputed": True})
    events.emit(state, "charge.dispute.created", dispute)
    return dispute


def close_dispute(state: State, id: str, *, won: bool) -> Object:
    """Decide a dispute. If it is won, the platform gets the money back."""
    dispute = state.get(DISPUTE, id)
    if dispute["status"] in ("won", "lost"):
        raise refused("This dispute is already closed.", param="id")
    dispute["status"] = "won" if won else "lost"
    if won:
        transaction = balances.move(
            state, balances.PLATFORM, dispute["currency"], dispute["amount"], "adjustment", id
        )
        dispute["balance_transactions"].append(_transaction(state, transaction))
        dispute["is_charge_refundable"] = True
    state.put(dispute)
    events.emit(state, "charge.dispute.closed", dispute)
    return dispute


def _transaction(state: State, id: str) -> Object:
    return render(state.get(balances.TRANSACTION, id))


def retrieve(state: State, call: Call) -> Object:
    return render(state.get(DISPUTE, call.ids["id"]))


def accept(state: State, call: Call) -> Object:
    """Close a dispute without evidence; it is lost."""
    return render(close_dispute(state, call.ids["id"], won=False))


def list_disputes(state: State, call: Call) -> Object:
    return list_objects(state, DISPUTE, call, "charge", "payment_intent")


ROUTES = [
    Route("GET", "/v1/disputes/{id}", retrieve, Shape({"expand": EXPAND})),
    Route("POST", "/v1/disputes/{id}/close", accept, Shape({"expand": EXPAND})),
    Route(
        "GET", "/v1/disputes", list_disputes, list_parameters(charge=Text(), payment_intent=Text())
    ),
]
