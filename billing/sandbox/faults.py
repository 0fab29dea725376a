"""Faults on demand: tests and the control page make the next calls of a kind fail."""

from enum import StrEnum
from fnmatch import fnmatchcase

from billing.sandbox.state import State

FAULT = "sandbox.fault"


class Fault(StrEnum):
    ERROR = "error"  # 500; nothing was executed or stored under the idempotency key
    STORED_ERROR = "stored_error"  # 500 during the execution; stored under the key
    REFUSED = "refused"  # 400, as if Stripe's rules forbade it; stored under the key
    RATE_LIMIT = "rate_limit"  # 429; nothing was executed
    TIMEOUT_BEFORE = "timeout_before"  # no answer; nothing was executed
    TIMEOUT_AFTER = "timeout_after"  # executed, but the answer is lost


class TimedOut(Exception):
    """The caller gets no answer."""


def add(state: State, method: str, path: str, fault: Fault, times: int) -> None:
    """Make the next calls fail. `path` may contain `*`, e.g. `/v1/checkout/sessions/*/expire`."""
    state.put(
        {
            "id": state.new_id("fault"),
            "object": FAULT,
            "method": method.upper(),
            "path": path,
            "fault": fault.value,
            "times": times,
        }
    )


def take(state: State, method: str, path: str) -> Fault | None:
    """Return the next fault for this call, if there is one, and count it down."""
    for row in state.store.find(FAULT):
        if row["method"] in (method, "*") and fnmatchcase(path, row["path"]):
            if row["times"] > 1:
                state.put(row | {"times": row["times"] - 1})
            else:
                state.store.delete(FAULT, row["id"])
            return Fault(row["fault"])
    return None


def clear(state: State) -> None:
    for row in state.store.find(FAULT):
        state.store.delete(FAULT, row["id"])
