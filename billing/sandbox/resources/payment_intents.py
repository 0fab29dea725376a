"""Payment intents: the amount that a buyer owes, and the state of its payment."""

from billing.sandbox.cards import DECLINED
from billing.sandbox.lists import list_objects, list_parameters
from billing.sandbox.parameters import EXPAND, Shape
from billing.sandbox.routing import Call, Route
from billing.sandbox.state import State, render
from billing.sandbox.store import Object

PAYMENT_INTENT = "payment_intent"


def create(state: State, session: Object) -> Object:
    """Return the new payment intent of a Checkout Session. The caller stores it."""
    data = session["_payment_intent_data"]
    id = state.new_id("pi")
    return {
        "id": id,
        "object": PAYMENT_INTENT,
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": f"{id}_secret_{state.new_id('sandbox')}",
        "confirmation_method": "automatic",
        "created": state.now(),
        "currency": session["currency"],
        "customer": None,
        "customer_account": None,
        "description": data.get("description"),
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": data.get("metadata", {}),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": session["payment_method_types"],
        "processing": None,
        "receipt_email": data.get("receipt_email"),
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": data.get("statement_descriptor"),
        "statement_descriptor_suffix": data.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": data.get("transfer_group"),
    }


def declined(intent: Object, decline_code: str, charge: str | None, method: str) -> None:
    """Record that an attempt failed, so that the buyer has to choose another way to pay."""
    error = {
        "code": "card_declined",
        "decline_code": decline_code,
        "doc_url": "https://stripe.com/docs/error-codes/card-declined",
        "message": DECLINED[decline_code],
        "type": "card_error",
    }
    failed(intent, error, charge, method)


def failed(intent: Object, error: Object, charge: str | None, method: str) -> None:
    """Record an error of a payment method."""
    details = {"payment_method_type": method} | ({"charge": charge} if charge else {})
    intent |= {
        "status": "requires_payment_method",
        "next_action": None,
        "last_payment_error": error | details,
        "payment_method": None,
    }


def retrieve(state: State, call: Call) -> Object:
    return render(state.get(PAYMENT_INTENT, call.ids["id"]))


def list_payment_intents(state: State, call: Call) -> Object:
    return list_objects(state, PAYMENT_INTENT, call)


ROUTES = [
    Route("GET", "/v1/payment_intents/{id}", retrieve, Shape({"expand": EXPAND})),
    Route("GET", "/v1/payment_intents", list_payment_intents, list_parameters()),
]
