"""The parameter `expand`: ids in an answer are replaced by the objects that they name."""

from collections.abc import Callable
from typing import Any

from billing.sandbox.errors import invalid
from billing.sandbox.lists import as_list
from billing.sandbox.state import State, render
from billing.sandbox.store import Object

MAX_DEPTH = 4
KINDS = {  # field: the kind of object that its id names
    "balance_transaction": "balance_transaction",
    "failure_balance_transaction": "balance_transaction",
    "charge": "charge",
    "latest_charge": "charge",
    "payment_intent": "payment_intent",
    "source_transaction": "charge",
    "transfer": "transfer",
    "transfer_reversal": "transfer_reversal",
}


def expand(state: State, value: Object, paths: list[str]) -> Object:
    """Replace the ids at these paths, e.g. `payment_intent.latest_charge` or `data.charge`."""
    for path in paths:
        names = path.split(".")
        if len(names) > MAX_DEPTH:
            raise invalid(
                f"You cannot expand more than {MAX_DEPTH} levels of a property. Property: {path}",
                "expand",
                "property_expansion_depth_exceeded",
            )
        _expand(state, value, names, path)
    return value


def _expand(state: State, value: Object, names: list[str], path: str) -> None:
    name, rest = names[0], names[1:]
    if value.get("object") == "list":
        if name != "data" or not rest:
            raise _not_expandable(path)
        for item in value["data"]:
            _expand(state, item, rest, path)
        return
    if included := INCLUDED.get((value.get("object", ""), name)):
        if value.get(name) is None:
            value[name] = included(state, value["id"])
    elif name not in KINDS or name not in value:
        raise _not_expandable(path)
    elif isinstance(value[name], str):
        value[name] = render(state.get(KINDS[name], value[name]))
    if rest and value[name] is not None:
        _expand(state, value[name], rest, path)


def _line_items(state: State, id: str) -> Object:
    items = state.get("checkout.session", id)["_line_items"]
    return as_list(items, f"/v1/checkout/sessions/{id}/line_items")


def _refunds(state: State, id: str) -> Object:
    found = state.store.find("refund", {"charge": id}, newest_first=True)
    return as_list([render(each) for each in found], f"/v1/charges/{id}/refunds")


INCLUDED: dict[tuple[str, str], Callable[[State, str], Any]] = {  # lists, only if asked for
    ("checkout.session", "line_items"): _line_items,
    ("charge", "refunds"): _refunds,
}


def _not_expandable(path: str) -> Exception:
    return invalid(f"This property cannot be expanded ({path}).", "expand")
