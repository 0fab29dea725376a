"""The balances of the platform and of connected accounts. Money is available at once."""

from billing.sandbox.errors import refused
from billing.sandbox.lists import list_objects, list_parameters
from billing.sandbox.parameters import EXPAND, Shape, Text
from billing.sandbox.routing import Call, Route
from billing.sandbox.state import State, render
from billing.sandbox.store import Object

PLATFORM = ""  # as the account of a balance
BALANCE = "sandbox.balance"
TRANSACTION = "balance_transaction"
CATEGORIES = {  # type of a transaction -> the category under which Stripe reports it
    "payment": "charge",
    "payment_refund": "refund",
    "payment_failure_refund": "refund_failure",
    "refund_failure": "refund_failure",
    "adjustment": "dispute",
    "transfer_refund": "transfer_reversal",
    "payout_failure": "payout_reversal",
}


def move(state: State, account: str, currency: str, amount: int, type: str, source: str) -> str:
    """Add an amount to a balance; return the id of the transaction that records it.

    `account` is the id of a connected account, or PLATFORM. `source` is the id of the object that
    moves the money.
    """
    row = _read(state, account, currency)
    state.put(row | {"amount": row["amount"] + amount})
    transaction = {
        "id": state.new_id("txn"),
        "object": TRANSACTION,
        "amount": amount,
        "available_on": state.now(),
        "balance_type": "payments",
        "created": state.now(),
        "currency": currency,
        "description": None,
        "exchange_rate": None,
        "fee": 0,  # the sandbox takes no fee for a payment
        "fee_details": [],
        "net": amount,
        "reporting_category": CATEGORIES.get(type, type),
        "source": source,
        "status": "available",
        "type": type,
        "_account": account,
    }
    state.put(transaction)
    return str(transaction["id"])


def available(state: State, account: str, currency: str) -> int:
    return int(_read(state, account, currency)["amount"])


def by_currency(state: State, account: str) -> dict[str, int]:
    rows = state.store.find(BALANCE, {"account": account})
    return {row["currency"]: row["amount"] for row in rows}


def require_funds(state: State, account: str, currency: str, amount: int) -> None:
    """Raise an ApiError unless this much is available."""
    if available(state, account, currency) < amount:
        whose = "your Stripe account" if account == PLATFORM else "the connected account"
        raise refused(
            f"You have insufficient available funds in {whose}. Try adding funds directly to your"
            " available balance by creating Charges using the 4000000000000077 test card.",
            code="balance_insufficient",
        )


def retrieve(state: State, call: Call) -> Object:
    amounts = sorted(by_currency(state, call.account).items()) or [("usd", 0)]
    return {
        "object": "balance",
        "available": [
            {"amount": amount, "currency": currency, "source_types": {"card": amount}}
            for currency, amount in amounts
        ],
        "livemode": False,
        "pending": [
            {"amount": 0, "currency": currency, "source_types": {"card": 0}}
            for currency, _ in amounts
        ],
    }


def retrieve_transaction(state: State, call: Call) -> Object:
    return render(state.get(TRANSACTION, call.ids["id"]))


def list_transactions(state: State, call: Call) -> Object:
    return list_objects(
        state, TRANSACTION, call, "currency", "source", "type", equal={"_account": call.account}
    )


def _read(state: State, account: str, currency: str) -> Object:
    id = f"balance:{account}:{currency}"
    return state.store.get(BALANCE, id) or {
        "id": id,
        "object": BALANCE,
        "account": account,
        "currency": currency,
        "amount": 0,
    }


ROUTES = [
    Route("GET", "/v1/balance", retrieve, Shape({"expand": EXPAND})),
    Route(
        "GET",
        "/v1/balance_transactions/{id}",
        retrieve_transaction,
        Shape({"expand": EXPAND}),
    ),
    Route(
        "GET",
        "/v1/balance_transactions",
        list_transactions,
        list_parameters(currency=Text(), source=Text(), type=Text()),
    ),
]
