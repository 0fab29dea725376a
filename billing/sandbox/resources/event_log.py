"""Read events again, e.g. after the webhook missed some of them."""

from billing.sandbox.errors import invalid
from billing.sandbox.lists import list_objects, list_parameters
from billing.sandbox.parameters import EXPAND, Boolean, Items, Shape, Text
from billing.sandbox.routing import Call, Route
from billing.sandbox.state import State, render
from billing.sandbox.store import Object

EVENT = "event"


def retrieve(state: State, call: Call) -> Object:
    return render(state.get(EVENT, call.ids["id"], "event"))


def list_events(state: State, call: Call) -> Object:
    """List events of one type, or of all. Several types are not supported."""
    if "types" in call.params:
        if len(call.params["types"]) != 1:
            raise invalid("The sandbox lists events of one type, or of all.", "types")
        call.params["type"] = call.params["types"][0]
    equal = {}
    if "delivery_success" in call.params:
        equal["pending_webhooks"] = 0 if call.params["delivery_success"] else 1
    return list_objects(state, EVENT, call, "type", equal=equal)


ROUTES = [
    Route("GET", "/v1/events/{id}", retrieve, Shape({"expand": EXPAND})),
    Route(
        "GET",
        "/v1/events",
        list_events,
        list_parameters(type=Text(), types=Items(Text()), delivery_success=Boolean()),
    ),
]
