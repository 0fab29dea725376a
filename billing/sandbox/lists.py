"""Lists in pages, as the v1 API returns them: the newest first."""

from collections.abc import Callable, Mapping
from typing import Any

from billing.sandbox.errors import invalid
from billing.sandbox.parameters import PAGE, Field, Range, Shape
from billing.sandbox.routing import Call
from billing.sandbox.state import State, render
from billing.sandbox.store import Object

USUAL_SIZE, LARGEST_SIZE = 10, 100


def list_parameters(**filters: Field) -> Shape:
    """Return the parameters of a list that can be filtered by these fields."""
    return Shape({**PAGE, "created": Range(), **filters})


def list_objects(
    state: State,
    kind: str,
    call: Call,
    *filters: str,
    equal: Mapping[str, Any] | None = None,
    show: Callable[[Object], Object] = render,
) -> Object:
    """Return one page of the objects of a kind.

    `filters` are the parameters that name a field of the object.
    """
    params = call.params
    limit = params.get("limit", USUAL_SIZE)
    if limit > LARGEST_SIZE:
        raise invalid(
            f"Limit must be at most {LARGEST_SIZE}.", "limit", "parameter_invalid_integer"
        )
    for name in ("starting_after", "ending_before"):
        if id := params.get(name):
            state.get(kind, id, name)
    found = state.store.find(
        kind,
        {**(equal or {}), **{name: params[name] for name in filters if name in params}},
        ranges={name: params[name] for name in ("created", "arrival_date") if name in params},
        newest_first=True,
        after=params.get("starting_after", ""),
        before=params.get("ending_before", ""),
        limit=limit + 1,
    )
    has_more = len(found) > limit
    if has_more:  # drop the extra object, which is the farthest from the given id
        found = found[1:] if params.get("ending_before") else found[:limit]
    return as_list([show(each) for each in found], call.path, has_more)


def as_list(data: list[Object], url: str, has_more: bool = False) -> Object:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}
