"""Payouts from the balance of a connected account to its bank."""

from billing.sandbox import events
from billing.sandbox.errors import refused
from billing.sandbox.lists import list_objects, list_parameters
from billing.sandbox.parameters import EXPAND, Range, Shape, Text
from billing.sandbox.resources import accounts, balances
from billing.sandbox.routing import Call, Route
from billing.sandbox.state import State, render
from billing.sandbox.store import Object

PAYOUT = "payout"


def pay_out(state: State, account_id: str) -> list[Object]:
    """Send an account's whole balance to its bank; return the payouts, one for each currency."""
    account = state.get(accounts.ACCOUNT, account_id)
    if not accounts.is_active(account, "payouts"):
        raise refused("Payouts are not enabled for this account.", code="payouts_not_allowed")
    made = []
    for currency, amount in balances.by_currency(state, account_id).items():
        if amount > 0:
            made.append(_create(state, account_id, currency, amount))
    return made


def fail(state: State, id: str) -> Object:
    """Let the bank send a payout back."""
    payout = state.get(PAYOUT, id)
    if payout["status"] == "failed":
        raise refused("This payout has failed already.")
    account = payout["_account"]
    payout |= {
        "status": "failed",
        "failure_code": "account_closed",
        "failure_message": "The bank account has been closed.",
        "failure_balance_transaction": balances.move(
            state, account, payout["currency"], payout["amount"], "payout_failure", id
        ),
    }
    state.put(payout)
    events.emit(state, "payout.failed", payout, account=account)
    return payout


def _create(state: State, account: str, currency: str, amount: int) -> Object:
    id = state.new_id("po")
    payout = {
        "id": id,
        "object": PAYOUT,
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": state.now(),
        "automatic": True,
        "balance_transaction": balances.move(state, account, currency, -amount, "payout", id),
        "created": state.now(),
        "currency": currency,
        "description": "STRIPE PAYOUT",
        "destination": state.new_id("ba"),
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "completed",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "paid",
        "trace_id": None,
        "type": "bank_account",
        "_account": account,
    }
    state.put(payout)
    events.emit(state, "payout.paid", payout, account=account)
    return payout


def retrieve(state: State, call: Call) -> Object:
    payout = state.get(PAYOUT, call.ids["id"], "payout")
    if payout["_account"] != call.account:
        return state.get(PAYOUT, "")  # raises the error for a missing payout
    return render(payout)


def list_payouts(state: State, call: Call) -> Object:
    return list_objects(
        state, PAYOUT, call, "destination", "status", equal={"_account": call.account}
    )


ROUTES = [
    Route("GET", "/v1/payouts/{id}", retrieve, Shape({"expand": EXPAND})),
    Route(
        "GET",
        "/v1/payouts",
        list_payouts,
        list_parameters(arrival_date=Range(), destination=Text(), status=Text()),
    ),
]
