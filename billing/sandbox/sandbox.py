"""The sandbox as a whole: it answers API calls, and does what buyers, hosts and banks do.

It has neither sockets nor threads; tests call it in their process. Any thread may call it.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from billing.sandbox import checkout, events, faults, idempotency
from billing.sandbox.errors import ApiError, invalid, refused
from billing.sandbox.events import Delivery
from billing.sandbox.expanding import expand
from billing.sandbox.faults import Fault, TimedOut
from billing.sandbox.parameters import decode_form
from billing.sandbox.resources import (
    account_links,
    accounts,
    balances,
    charges,
    disputes,
    event_log,
    payment_intents,
    payouts,
    refunds,
    sessions,
    transfers,
)
from billing.sandbox.responses import Response, as_json
from billing.sandbox.routing import Call, Route, match
from billing.sandbox.state import API_VERSION, State, render
from billing.sandbox.store import Object, Store

KEY = "sk_test_sandbox"  # the only key that it accepts: a real one is refused
MAX_BODY = 1_000_000  # bytes
ROUTES = [
    route
    for module in (
        sessions,
        payment_intents,
        charges,
        refunds,
        disputes,
        transfers,
        balances,
        payouts,
        accounts,
        account_links,
        event_log,
    )
    for route in module.ROUTES
]


class Sandbox:
    """`clock` returns the time in seconds, by which sessions and links expire."""

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        store: Store | None = None,
        *,
        url: str = "http://127.0.0.1:8004",
        seed: int = 0,
    ) -> None:
        self.state = State(store or Store(), clock, url, seed)
        self._lock = threading.RLock()

    # --- calls of the API --------------------------------------------------------------------

    def handle(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | str = b""
    ) -> Response:
        """Answer an API call. `path` may have a query. Raises TimedOut because of a fault."""
        parts = urlsplit(path)
        with self._work():
            fault = faults.take(self.state, method, parts.path)
        if fault is Fault.TIMEOUT_BEFORE:
            raise TimedOut
        with self._work():
            self.advance()
            self.state.request = {"id": self.state.new_id("req"), "idempotency_key": None}
            try:
                response = self._answer(
                    method, parts.path, parts.query, _lower(headers), body, fault
                )
            except ApiError as error:
                response = _as_error(error)
            finally:
                request_id, self.state.request = self.state.request["id"], {}
        response.headers["Request-Id"] = str(request_id)
        response.headers["Stripe-Version"] = API_VERSION
        if fault is Fault.TIMEOUT_AFTER:
            raise TimedOut
        return response

    def _answer(
        self,
        method: str,
        path: str,
        query: str,
        headers: Mapping[str, str],
        body: bytes | str,
        fault: Fault | None,
    ) -> Response:
        _check_fault(fault)
        _check_headers(headers)
        if (found := match(ROUTES, method, path)) is None:
            raise ApiError(
                404, f"Unrecognized request URL ({method}: {path[:200]}).", is_validation=True
            )
        route, ids = found
        raw = _decode(method, path, query, body)
        params = route.parameters.parse("", raw)
        account = headers.get("stripe-account", "")
        key = headers.get("idempotency-key", "") if method == "POST" else ""
        if key:
            self.state.request["idempotency_key"] = key
            if stored := idempotency.find(self.state, key, account, path, raw):
                return stored
        try:
            with self.state.store.savepoint():
                response = self._execute(route, Call(path, params, ids, account), fault)
        except ApiError as error:
            response = _as_error(error)
            if error.is_validation:
                return response
        if key:
            idempotency.keep(self.state, key, account, path, raw, response)
        return response

    def _execute(self, route: Route, call: Call, fault: Fault | None) -> Response:
        if call.account:
            self.state.get(accounts.ACCOUNT, call.account, "account")
        if fault is Fault.REFUSED:
            raise refused("A fault makes the sandbox refuse this call.")
        result = route.operation(self.state, call)
        if fault is Fault.STORED_ERROR:
            raise ApiError(500, "An unknown error occurred.", type="api_error")
        return as_json(200, expand(self.state, result, call.params.get("expand", [])), {})

    # --- time, webhooks and faults -----------------------------------------------------------

    def advance(self) -> None:
        """Do what is due at the clock's time: expire sessions, and let some refunds fail."""
        with self._work():
            sessions.expire_due(self.state)
            refunds.fail_due(self.state)

    def deliveries(self, *, due_only: bool = False) -> list[Delivery]:
        """Return the webhooks that are waiting, in the order in which they will be sent.

        With `due_only`, return only the webhooks that are due now.
        """
        with self._work():
            self.advance()
            until = self.state.clock()
            return events.pending(self.state, until if due_only else until + 10 * 86_400)

    def delivered(self, delivery: Delivery) -> None:
        """Record that the webhook answered with 2xx."""
        with self._work():
            events.succeeded(self.state, delivery.id)

    def not_delivered(self, delivery: Delivery, reason: str) -> None:
        """Record that the webhook did not answer with 2xx. The delivery is repeated after a
        pause."""
        with self._work():
            events.failed(self.state, delivery.id, reason)

    def resend(self, event_id: str) -> None:
        """Send an event once more."""
        with self._work():
            events.plan(self.state, self.state.get("event", event_id)["id"], self.state.clock())

    def fail_next(self, method: str, path: str, fault: Fault, times: int = 1) -> None:
        """Make the next calls fail. `path` may contain `*`."""
        with self._work():
            faults.add(self.state, method, path, fault, times)

    def clear_faults(self) -> None:
        with self._work():
            faults.clear(self.state)

    # --- what buyers do ----------------------------------------------------------------------

    def pay(
        self, session: str, *, card: str = "4242424242424242", email: str = "", name: str = ""
    ) -> checkout.Outcome:
        """Pay on the hosted page; with `card=""`, by a method whose money arrives later."""
        with self._work():
            self.advance()
            return checkout.pay(self.state, session, card=card, email=email, name=name)

    def authenticate(self, session: str, *, succeeded: bool = True) -> checkout.Outcome:
        """Pass 3-D Secure, or fail it."""
        with self._work():
            self.advance()
            return checkout.authenticate(self.state, session, succeeded=succeeded)

    # --- what banks do -----------------------------------------------------------------------

    def settle(self, session: str, *, succeeded: bool = True) -> None:
        """Let a delayed payment succeed or fail."""
        with self._work():
            checkout.settle(self.state, session, succeeded=succeeded)

    def dispute(self, charge: str, reason: str = "fraudulent") -> Object:
        with self._work():
            return render(disputes.open_dispute(self.state, charge, reason))

    def close_dispute(self, dispute: str, *, won: bool) -> Object:
        with self._work():
            return render(disputes.close_dispute(self.state, dispute, won=won))

    def succeed_refund(self, refund: str) -> Object:
        with self._work():
            return render(refunds.succeed(self.state, refund))

    def fail_refund(self, refund: str) -> Object:
        with self._work():
            return render(refunds.fail(self.state, refund))

    def pay_out(self, account: str) -> list[Object]:
        """Send the balance of a connected account to its bank."""
        with self._work():
            return [render(each) for each in payouts.pay_out(self.state, account)]

    def fail_payout(self, payout: str) -> Object:
        with self._work():
            return render(payouts.fail(self.state, payout))

    # --- what hosts do -----------------------------------------------------------------------

    def onboard(self, account: str, *, missing: list[str] | None = None) -> None:
        """Send the form of the hosted onboarding, without the details in `missing`."""
        with self._work():
            accounts.onboard(self.state, account, missing=missing or [])

    def open_link(self, link: str) -> str:
        """Use up a link to the onboarding. Return the secret of its form, or "" if the link was
        used or is too old."""
        with self._work():
            return account_links.open_link(self.state, link)

    def reject(self, account: str) -> None:
        """Let Stripe refuse an account."""
        with self._work():
            accounts.reject(self.state, account)

    def accept(self, account: str) -> None:
        """Let Stripe accept an account that it has refused."""
        with self._work():
            accounts.reject(self.state, account, rejected=False)

    def visited_link(self, visit: str) -> Object:
        """Return the link whose form has this secret, or raise an ApiError."""
        with self._work():
            if (link := account_links.visited(self.state, visit)) is None:
                raise ApiError(404, "This page is not valid any more.")
            return link

    def finish_onboarding(self, link: Object, missing: list[str]) -> None:
        """Store the form behind a link, which then cannot be sent again."""
        with self._work():
            account_links.close_visit(self.state, link)
            accounts.onboard(self.state, link["account"], missing=missing)

    # --- reading -----------------------------------------------------------------------------

    def read(self, kind: str, id: str) -> Object:
        """Return a stored object, or raise an ApiError."""
        with self._work():
            self.advance()
            return self.state.get(kind, id)

    def balance(self, account: str = "") -> dict[str, int]:
        """Return the balance of the platform, or of a connected account, by currency."""
        with self._work():
            return balances.by_currency(self.state, account)

    def find(self, kind: str, **equal: Any) -> list[Object]:
        """Return the stored objects of a kind, the newest first."""
        with self._work():
            return self.state.store.find(kind, equal, newest_first=True)

    def latest(self, kind: str, count: int) -> list[Object]:
        """Return the newest objects of a kind, the newest first."""
        with self._work():
            return self.state.store.find(kind, newest_first=True, limit=count)

    @contextmanager
    def _work(self) -> Iterator[None]:
        """Let only one thread at a time work, and keep all of its changes, or none."""
        with self._lock:
            if self.state.store.in_transaction:
                yield
            else:
                with self.state.store.transaction():
                    yield


def _decode(method: str, path: str, query: str, body: bytes | str) -> dict[str, Any]:
    if len(body) > MAX_BODY:
        raise ApiError(413, "Request body is too large.", is_validation=True)
    if method != "POST":
        return decode_form(query)
    try:
        text = body if isinstance(body, str) else body.decode()
        if path.startswith("/v2/"):
            value = json.loads(text or "{}")
            if not isinstance(value, dict):
                raise invalid("The body must be a JSON object.")
            return value
    except (ValueError, RecursionError) as error:
        raise invalid("The body is not valid JSON in UTF-8.") from error
    return decode_form(text)


def _check_headers(headers: Mapping[str, str]) -> None:
    key = headers.get("authorization", "").removeprefix("Bearer ")
    if key != KEY:
        raise ApiError(
            401, "Invalid API Key provided: the sandbox accepts only its own key.",
            is_validation=True,
        )  # fmt: skip
    version = headers.get("stripe-version", API_VERSION)
    if version != API_VERSION:
        raise invalid(f"Invalid Stripe API version: {version[:50]}. It must be {API_VERSION}.")


def _check_fault(fault: Fault | None) -> None:
    if fault is Fault.ERROR:
        raise ApiError(500, "An unknown error occurred.", type="api_error", is_validation=True)
    if fault is Fault.RATE_LIMIT:
        raise ApiError(429, "Too many requests.", code="rate_limit", is_validation=True)


def _as_error(error: ApiError) -> Response:
    return as_json(error.status, {"error": error.error}, {})


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
