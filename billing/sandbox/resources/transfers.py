"""Transfers from the platform to connected accounts, and their reversals."""

from billing.sandbox.currencies import check_currency, format_amount
from billing.sandbox.errors import refused
from billing.sandbox.lists import as_list, list_objects, list_parameters
from billing.sandbox.parameters import EXPAND, PAGE, Integer, Metadata, Shape, Text
from billing.sandbox.resources import accounts, balances, charges
from billing.sandbox.routing import Call, Route
from billing.sandbox.state import State, render
from billing.sandbox.store import Object

TRANSFER = "transfer"
REVERSAL = "transfer_reversal"
CREATE = Shape(
    {
        "amount": Integer(minimum=1),
        "currency": Text(),
        "destination": Text(),
        "description": Text(),
        "source_transaction": Text(),
        "transfer_group": Text(),
        "metadata": Metadata(),
        "expand": EXPAND,
    },
    required=("amount", "currency", "destination"),
)


def create(state: State, call: Call) -> Object:
    params = call.params
    currency, destination = check_currency(params["currency"]), params["destination"]
    source = _source(state, params, currency)
    amount = params["amount"]
    _require_recipient(state, destination)
    if source is None:
        balances.require_funds(state, balances.PLATFORM, currency, amount)
    elif source["_transferred"] + amount > source["amount"]:
        raise refused(
            "Transfers using this transaction as a source must not exceed the source amount of"
            f" {format_amount(source['amount'], currency)} (you have already transferred"
            f" {format_amount(source['_transferred'], currency)}).",
            param="source_transaction",
        )
    else:
        state.put(source | {"_transferred": source["_transferred"] + amount})
    id = state.new_id("tr")
    transfer = {
        "id": id,
        "object": TRANSFER,
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": balances.move(
            state, balances.PLATFORM, currency, -amount, "transfer", id
        ),
        "created": state.now(),
        "currency": currency,
        "description": params.get("description"),
        "destination": destination,
        "destination_payment": state.new_id("py"),
        "livemode": False,
        "metadata": params.get("metadata", {}),
        "reversed": False,
        "source_transaction": source["id"] if source else None,
        "source_type": "card",
        "transfer_group": params.get("transfer_group") or (source or {}).get("transfer_group"),
    }
    balances.move(
        state, destination, currency, amount, "payment", str(transfer["destination_payment"])
    )
    state.put(transfer)
    return show(state, transfer)


def reverse(state: State, call: Call) -> Object:
    params = call.params
    transfer = state.get(TRANSFER, call.ids["id"], "transfer")
    currency, left = transfer["currency"], transfer["amount"] - transfer["amount_reversed"]
    amount = params.get("amount", left)
    if not left:
        raise refused(f"Transfer {transfer['id']} is already fully reversed.")
    if amount > left:
        raise refused(
            f"Reversal amount ({format_amount(amount, currency)}) is greater than unreversed"
            f" amount on transfer ({format_amount(left, currency)})",
            param="amount",
        )
    balances.require_funds(state, transfer["destination"], currency, amount)
    id = state.new_id("trr")
    reversal = {
        "id": id,
        "object": REVERSAL,
        "amount": amount,
        "balance_transaction": balances.move(
            state, balances.PLATFORM, currency, amount, "transfer_refund", id
        ),
        "created": state.now(),
        "currency": currency,
        "destination_payment_refund": state.new_id("pyr"),
        "metadata": params.get("metadata", {}),
        "source_refund": None,
        "transfer": transfer["id"],
    }
    balances.move(
        state,
        transfer["destination"],
        currency,
        -amount,
        "payment_refund",
        str(reversal["destination_payment_refund"]),
    )
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    state.put(transfer)
    state.put(reversal)
    return render(reversal)


def retrieve(state: State, call: Call) -> Object:
    return show(state, state.get(TRANSFER, call.ids["id"], "transfer"))


def list_transfers(state: State, call: Call) -> Object:
    return list_objects(
        state,
        TRANSFER,
        call,
        "destination",
        "transfer_group",
        show=lambda transfer: show(state, transfer),
    )


def retrieve_reversal(state: State, call: Call) -> Object:
    return render(state.get(REVERSAL, call.ids["reversal"]))


def list_reversals(state: State, call: Call) -> Object:
    return list_objects(state, REVERSAL, call, equal={"transfer": call.ids["id"]})


def show(state: State, transfer: Object) -> Object:
    """Return a transfer as callers see it, with its latest reversals."""
    url = f"/v1/transfers/{transfer['id']}/reversals"
    found = (
        state.store.find(REVERSAL, {"transfer": transfer["id"]}, newest_first=True, limit=10)
        if transfer["amount_reversed"]
        else []
    )
    return render(transfer) | {"reversals": as_list([render(each) for each in found], url)}


def _source(state: State, params: Object, currency: str) -> Object | None:
    if (id := params.get("source_transaction")) is None:
        return None
    charge = state.get(charges.CHARGE, id, "source_transaction")
    if not charge["paid"]:
        raise refused("The source transaction has not succeeded.", param="source_transaction")
    if charge["currency"] != currency:
        raise refused(
            f"The currency of source_transaction's balance transaction ({charge['currency']}) must"
            f" be the same as the transfer currency ({currency})",
            param="currency",
        )
    return charge


def _require_recipient(state: State, id: str) -> None:
    account = state.get(accounts.ACCOUNT, id, "destination")
    if not accounts.is_active(account, "stripe_transfers"):
        raise refused(
            "Your destination account needs to have at least one of the following capabilities"
            " enabled: transfers, crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
        )


REVERSE = Shape(
    {
        "amount": Integer(minimum=1),
        "description": Text(),
        "metadata": Metadata(),
        "expand": EXPAND,
    }
)
ROUTES = [
    Route("POST", "/v1/transfers", create, CREATE),
    Route("GET", "/v1/transfers/{id}", retrieve, Shape({"expand": EXPAND})),
    Route(
        "GET",
        "/v1/transfers",
        list_transfers,
        list_parameters(destination=Text(), transfer_group=Text()),
    ),
    Route("POST", "/v1/transfers/{id}/reversals", reverse, REVERSE),
    Route(
        "GET",
        "/v1/transfers/{id}/reversals/{reversal}",
        retrieve_reversal,
        Shape({"expand": EXPAND}),
    ),
    Route("GET", "/v1/transfers/{id}/reversals", list_reversals, Shape(PAGE)),
]
