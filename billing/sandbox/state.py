"""The state on which the operations of the sandbox work: stored objects, the clock, and events."""

import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from billing.sandbox.errors import missing
from billing.sandbox.store import Object, Store

API_VERSION = "2026-10-28.endive"  # the version that the stripe library pins, as a test checks
ID_CHARACTERS = string.ascii_letters + string.digits


@dataclass
class State:
    """All objects by kind and id. A kind is the name in an object's field "object"."""

    store: Store
    clock: Callable[[], float]
    url: str  # of the sandbox's own pages, without a slash at the end
    seed: int = 0  # of the order in which webhooks are sent
    request: dict[str, str | None] = field(default_factory=dict)  # the call that is being executed

    def now(self) -> int:
        return int(self.clock())

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_{''.join(secrets.choice(ID_CHARACTERS) for _ in range(24))}"

    def get(self, kind: str, id: str, param: str = "id") -> Object:
        """Return a copy of an object, or raise the ApiError for a missing one."""
        if (found := self.store.get(kind, id)) is None:
            raise missing(kind, id, param)
        return found

    def put(self, value: Mapping[str, Any]) -> None:
        self.store.put(value["object"], value)


def render(value: Mapping[str, Any]) -> Object:
    """Return an object as callers see it, without the fields that only the sandbox uses."""
    return {key: item for key, item in value.items() if not key.startswith("_")}
