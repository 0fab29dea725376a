"""Charges: a charge is one attempt to take a buyer's money."""

from typing import Any

from billing.sandbox.cards import DECLINED, Card
from billing.sandbox.lists import list_objects, list_parameters
from billing.sandbox.parameters import EXPAND, Shape, Text
from billing.sandbox.resources import balances
from billing.sandbox.routing import Call, Route
from billing.sandbox.state import State, render
from billing.sandbox.store import Object

CHARGE = "charge"
DELAYED_METHOD = "sepa_debit"  # the payment method whose money arrives later


def create(
    state: State, intent: Object, buyer: Object, card: Card | None, authentication: str = ""
) -> Object:
    """Store the charge of a payment; without a card, it is pending.

    `authentication` is the result of 3-D Secure, if there was one.
    """
    status = "failed" if card and card.decline_code else "succeeded" if card else "pending"
    id = state.new_id("ch")
    charge = {
        "id": id,
        "object": CHARGE,
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if status == "succeeded" else 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": {
            "address": None,
            "email": buyer["email"],
            "name": buyer["name"],
            "phone": None,
            "tax_id": None,
        },
        "calculated_statement_descriptor": "SANDBOX",
        "captured": status == "succeeded",
        "created": state.now(),
        "currency": intent["currency"],
        "customer": None,
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": "card_declined" if status == "failed" else None,
        "failure_message": DECLINED[card.decline_code] if card and card.decline_code else None,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "on_behalf_of": None,
        "outcome": _outcome(status, card),
        "paid": status == "succeeded",
        "payment_intent": intent["id"],
        "payment_method": intent["payment_method"],
        "payment_method_details": _method_details(card, authentication),
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": f"{state.url}/receipts/{id}" if status == "succeeded" else None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": status,
        "transfer_data": None,
        "transfer_group": intent["transfer_group"],
        "_refund": card.refund if card else "succeeds",
        "_transferred": 0,  # by transfers that name this charge as their source
    }
    if status == "succeeded":
        _take_money(state, charge, "charge")
    state.put(charge)
    return charge


def settle(state: State, charge: Object, *, succeeded: bool) -> Object:
    """Let a pending charge succeed or fail."""
    if succeeded:
        charge |= {
            "status": "succeeded",
            "paid": True,
            "captured": True,
            "amount_captured": charge["amount"],
            "outcome": _outcome("succeeded", None),
            "receipt_url": f"{state.url}/receipts/{charge['id']}",
        }
        _take_money(state, charge, "payment")
    else:
        charge |= {
            "status": "failed",
            "failure_code": "insufficient_funds",
            "failure_message": "The bank account has insufficient funds.",
            "outcome": _outcome("failed", None),
        }
    state.put(charge)
    return charge


def _take_money(state: State, charge: Object, type: str) -> None:
    charge["balance_transaction"] = balances.move(
        state, balances.PLATFORM, charge["currency"], charge["amount"], type, charge["id"]
    )


def _outcome(status: str, card: Card | None) -> Object:
    declined = status == "failed"
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": "01" if declined and card else None,
        "network_status": "declined_by_network" if declined else "approved_by_network",
        "reason": (card.decline_code if card else "insufficient_funds") if declined else None,
        "risk_level": "normal",
        "seller_message": "The bank declined this payment." if declined else "Payment complete.",
        "type": "issuer_declined" if declined else "authorized",
    }


def _method_details(card: Card | None, authentication: str) -> dict[str, Any]:
    if card is None:
        details: dict[str, Any] = {
            "bank_code": "37040044",
            "branch_code": "",
            "country": "DE",
            "fingerprint": "sandbox",
            "last4": "3000",
            "mandate": None,
        }
        return {"type": DELAYED_METHOD, DELAYED_METHOD: details}
    details = {
        "brand": card.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "pass",
        },
        "country": "US",
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": "sandbox",
        "funding": "credit",
        "installments": None,
        "last4": card.number[-4:],
        "mandate": None,
        "network": card.brand,
        "network_token": {"used": False},
        "three_d_secure": None,
        "wallet": None,
    }
    if authentication:
        details["three_d_secure"] = {
            "authentication_flow": "challenge",
            "electronic_commerce_indicator": "05",
            "exemption_indicator": None,
            "result": authentication,
            "result_reason": None if authentication == "authenticated" else "rejected",
            "transaction_id": None,
            "version": "2.2.0",
        }
    return {"type": "card", "card": details}


def retrieve(state: State, call: Call) -> Object:
    return render(state.get(CHARGE, call.ids["id"]))


def list_charges(state: State, call: Call) -> Object:
    return list_objects(state, CHARGE, call, "payment_intent", "transfer_group")


ROUTES = [
    Route("GET", "/v1/charges/{id}", retrieve, Shape({"expand": EXPAND})),
    Route(
        "GET",
        "/v1/charges",
        list_charges,
        list_parameters(payment_intent=Text(), transfer_group=Text()),
    ),
]
