"""Events, and their deliveries to the webhook: signed, out of order, and sometimes twice."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from billing.sandbox.state import API_VERSION, State, render
from billing.sandbox.store import Object

DELIVERY = "sandbox.delivery"
LONGEST_DELAY = 2.0  # seconds between an event and the first attempt to deliver it
TWICE = 0.2  # the share of events that are sent twice
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds between two attempts
PATIENCE = 3 * 86_400.0  # seconds after which a delivery is given up


@dataclass(frozen=True)
class Delivery:
    """One event on its way to the webhook. `payload` is the body of the request."""

    id: str
    event: str
    type: str
    payload: str
    attempts: int

    def headers(self, secret: str, now: float) -> dict[str, str]:
        """Return the headers of the request, with the signature of this moment."""
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (the sandbox of Spaces)",
            "Stripe-Signature": sign(self.payload, secret, now),
        }


def sign(payload: str, secret: str, now: float) -> str:
    """Return the value of the header Stripe-Signature (docs.stripe.com/webhooks/signature)."""
    signed = f"{int(now)}.{payload}"
    digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
    return f"t={int(now)},v1={digest}"


def emit(state: State, type: str, subject: Mapping[str, Any], *, account: str = "") -> None:
    """Record an event with a snapshot of its object, and plan its delivery.

    `account` is the connected account to which the object belongs.
    """
    event: Object = {
        "id": state.new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": state.now(),
        "data": {"object": render(subject)},
        "livemode": False,
        "pending_webhooks": 1,
        "request": dict(state.request) or {"id": None, "idempotency_key": None},
        "type": type,
    }
    if account:
        event["account"] = account
    state.put(event)
    counter = state.store.get("sandbox.counter", "counter:events") or {"value": 0}
    number = counter["value"] + 1
    state.put({"id": "counter:events", "object": "sandbox.counter", "value": number})
    random = Random(f"{state.seed}:{number}")  # noqa: S311 - not for secrets
    for _ in range(2 if random.random() < TWICE else 1):
        plan(state, event["id"], state.clock() + random.uniform(0, LONGEST_DELAY))


def plan(state: State, event: str, due: float) -> None:
    """Plan one delivery of an event."""
    state.put(
        {
            "id": state.new_id("delivery"),
            "object": DELIVERY,
            "event": event,
            "_due": due,
            "planned": state.clock(),
            "attempts": 0,
            "outcome": "waiting",
        }
    )


def pending(state: State, until: float) -> list[Delivery]:
    """Return the deliveries that are due by the time `until`, in the order of sending."""
    rows = state.store.find(DELIVERY, ranges={"_due": {"lte": int(until) + 1}})
    rows = sorted((row for row in rows if row["_due"] <= until), key=lambda row: row["_due"])
    return [_as_delivery(state, row) for row in rows]


def succeeded(state: State, id: str) -> None:
    """Close a delivery that the webhook answered with 2xx."""
    row = state.get(DELIVERY, id)
    state.put(row | {"_due": None, "attempts": row["attempts"] + 1, "outcome": "delivered"})
    event = state.get("event", row["event"])
    state.put(event | {"pending_webhooks": 0})


def failed(state: State, id: str, reason: str) -> None:
    """Plan the next attempt after a growing pause, or give up after three days."""
    row = state.get(DELIVERY, id)
    attempts = row["attempts"] + 1
    pause = min(FIRST_PAUSE * 2 ** min(row["attempts"], 10), LONGEST_PAUSE)
    due: float | None = state.clock() + pause
    outcome = f"failed: {reason}"
    if state.clock() - row["planned"] > PATIENCE:
        due, outcome = None, f"given up: {reason}"
    state.put(row | {"_due": due, "attempts": attempts, "outcome": outcome})


def _as_delivery(state: State, row: Object) -> Delivery:
    event = state.get("event", row["event"])
    payload = json.dumps(event, indent=2)
    return Delivery(row["id"], event["id"], event["type"], payload, row["attempts"])
