"""Find the operation that answers an API call."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from billing.sandbox.parameters import Shape
from billing.sandbox.state import State
from billing.sandbox.store import Object


@dataclass(frozen=True)
class Call:
    """One call: its checked parameters, the ids in its path, and the account it is made for."""

    path: str
    params: dict[str, Any]
    ids: dict[str, str] = field(default_factory=dict)
    account: str = ""  # the header Stripe-Account; "" is the platform itself


@dataclass(frozen=True)
class Route:
    """`path` contains names of ids in braces: `/v1/refunds/{id}`."""

    method: str
    path: str
    operation: Callable[[State, Call], Object]
    parameters: Shape

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[A-Za-z0-9_]{1,100})", self.path))


def match(routes: Iterable[Route], method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """Return the route of a call and the ids in its path."""
    for route in routes:
        if route.method == method and (found := route.pattern.fullmatch(path)):
            return route, found.groupdict()
    return None
