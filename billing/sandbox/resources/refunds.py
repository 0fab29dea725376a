"""Refunds, some of which fail later."""

from billing.sandbox import events
from billing.sandbox.currencies import check_granularity, format_amount
from billing.sandbox.errors import refused
from billing.sandbox.lists import list_objects, list_parameters
from billing.sandbox.parameters import EXPAND, Choice, Integer, Metadata, Shape, Text
from billing.sandbox.resources import balances, charges, payment_intents
from billing.sandbox.routing import Call, Route
from billing.sandbox.state import State, render
from billing.sandbox.store import Object

REFUND = "refund"
TIME_TO_FAIL = 10  # seconds until a refund to the test card for failing refunds fails
CREATE = Shape(
    {
        "amount": Integer(minimum=1),
        "charge": Text(),
        "payment_intent": Text(),
        "reason": Choice(("duplicate", "fraudulent", "requested_by_customer")),
        "metadata": Metadata(),
        "expand": EXPAND,
    }
)


def create(state: State, call: Call) -> Object:
    params = call.params
    charge = _charge(state, params)
    left = charge["amount"] - charge["amount_refunded"]
    amount = params.get("amount", left)
    if not left:
        raise refused(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    if amount > left:
        raise refused(
            f"Refund amount ({format_amount(amount, charge['currency'])}) is greater than"
            f" unrefunded amount on charge ({format_amount(left, charge['currency'])})",
            param="amount",
        )
    check_granularity(amount, charge["currency"], "amount")
    is_pending = charge["_refund"] == "is_pending"
    refund: Object = {
        "id": state.new_id("re"),
        "object": REFUND,
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": state.now(),
        "currency": charge["currency"],
        "destination_details": _destination(is_pending),
        "metadata": params.get("metadata", {}),
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if is_pending else "succeeded",
        "transfer_reversal": None,
        "_due": state.now() + TIME_TO_FAIL if charge["_refund"] == "fails" else None,
    }
    if is_pending:
        refund["pending_reason"] = "processing"
    refund["balance_transaction"] = balances.move(
        state, balances.PLATFORM, charge["currency"], -amount, "refund", refund["id"]
    )
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    state.put(refund)
    state.put(charge)
    events.emit(state, "charge.refunded", charge)
    return render(refund)


def succeed(state: State, id: str) -> Object:
    """Let a pending refund arrive at the buyer."""
    refund = state.get(REFUND, id)
    if refund["status"] != "pending":
        raise refused("Only a pending refund can succeed.")
    refund |= {"status": "succeeded", "destination_details": _destination(False)}
    refund.pop("pending_reason", None)
    state.put(refund)
    events.emit(state, "refund.updated", refund)
    return refund


def fail(state: State, id: str) -> Object:
    """Let a refund fail: the bank sends the money back to the platform."""
    refund = state.get(REFUND, id)
    if refund["status"] not in ("pending", "succeeded"):
        raise refused("This refund has failed already.")
    charge = state.get(charges.CHARGE, refund["charge"])
    refund.pop("pending_reason", None)
    refund |= {
        "_due": None,
        "status": "failed",
        "failure_reason": "lost_or_stolen_card",
        "failure_balance_transaction": balances.move(
            state, balances.PLATFORM, refund["currency"], refund["amount"], "refund_failure", id
        ),
    }
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    state.put(refund)
    state.put(charge)
    events.emit(state, "refund.failed", refund)
    return refund


def fail_due(state: State) -> None:
    """Let refunds to the test card for failing refunds fail, if TIME_TO_FAIL has passed."""
    for refund in state.store.find(REFUND, ranges={"_due": {"lte": state.now()}}):
        fail(state, refund["id"])


def retrieve(state: State, call: Call) -> Object:
    return render(state.get(REFUND, call.ids["id"]))


def list_refunds(state: State, call: Call) -> Object:
    return list_objects(state, REFUND, call, "charge", "payment_intent")


def _charge(state: State, params: Object) -> Object:
    if ("charge" in params) == ("payment_intent" in params):
        raise refused(
            "One of the following params should be provided for this request: payment_intent or"
            " charge.",
            code="parameter_missing",
        )
    id = params.get("charge")
    if id is None:
        intent = state.get(
            payment_intents.PAYMENT_INTENT, params["payment_intent"], "payment_intent"
        )
        if intent["status"] != "succeeded":
            raise refused(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                code="payment_intent_unexpected_state",
                param="payment_intent",
            )
        id = intent["latest_charge"]
    charge = state.get(charges.CHARGE, id, "charge")
    if not charge["paid"]:
        raise refused(f"Charge {id} is not paid, so it cannot be refunded.", param="charge")
    if charge["disputed"] and state.store.find(
        "dispute", {"charge": id, "is_charge_refundable": 0}
    ):
        raise refused(
            f"Charge {id} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    return charge


def _destination(is_pending: bool) -> Object:
    card = {"reference_status": "pending" if is_pending else "available", "type": "refund"}
    return {"card": card | {"reference_type": "acquirer_reference_number"}, "type": "card"}


ROUTES = [
    Route("POST", "/v1/refunds", create, CREATE),
    Route("GET", "/v1/refunds/{id}", retrieve, Shape({"expand": EXPAND})),
    Route(
        "GET", "/v1/refunds", list_refunds, list_parameters(charge=Text(), payment_intent=Text())
    ),
]
