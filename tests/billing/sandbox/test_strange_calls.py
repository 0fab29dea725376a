"""The sandbox answers every call, whatever it contains, and stays fast."""

import json
from typing import Any
from urllib.parse import quote

import pytest
import stripe
from hypothesis import example, given, settings
from hypothesis import strategies as st

from billing.sandbox.sandbox import KEY, ROUTES, Sandbox
from tests.billing.sandbox.cases import open_session, paid_session
from tests.billing.sandbox.conftest import START

HEADERS = {"Authorization": f"Bearer {KEY}"}
NAMES = sorted({name for route in ROUTES for name in route.parameters.fields})
texts = st.text(max_size=20) | st.sampled_from(
    ["", "-1", "0", "1", "10", "usd", "true", "9" * 5000]
)
keys = st.sampled_from(NAMES) | st.text(max_size=10)
indices = st.sampled_from(
    ["", "[]", "[0]", "[a][b]", "[99999999999]", f"[{'9' * 5000}]", "[[", "]"]
)
forms = st.lists(st.tuples(keys, indices, texts), max_size=6).map(
    lambda pairs: "&".join(f"{quote(key)}{index}={quote(text)}" for key, index, text in pairs)
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
documents = st.dictionaries(keys, values, max_size=5).map(json.dumps)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ROUTES), forms, documents)
@example(next(route for route in ROUTES if route.path == "/v2/core/accounts"), "", "[" * 200_000)
def test_every_call_is_answered(route: Any, form: str, document: str) -> None:
    sandbox = Sandbox(lambda: START)
    path = route.path.replace("{id}", "unknown").replace("{reversal}", "unknown")
    if route.method == "GET":
        answer = sandbox.handle("GET", f"{path}?{form}", HEADERS)
    else:
        answer = sandbox.handle("POST", path, HEADERS, document if "/v2/" in path else form)
    assert answer.status in (200, 400, 404)
    assert isinstance(json.loads(answer.body), dict)


def test_half_a_character_is_refused() -> None:
    body = json.dumps({"account": "\ud800", "use_case": {"type": "account_onboarding"}})
    answer = Sandbox(lambda: START).handle("POST", "/v2/core/account_links", HEADERS, body)
    assert answer.status == 400


@pytest.mark.parametrize("path", ["/v1/balance", "/v1/refunds?limit=1"])
def test_the_work_of_a_call_does_not_grow_with_the_number_of_old_objects(
    sandbox: Sandbox, client: stripe.StripeClient, path: str
) -> None:
    def steps() -> int:
        """Return how many instructions SQLite executes for one call."""
        count = 0

        def note() -> int:
            nonlocal count
            count += 1
            return 0

        database = sandbox.state.store._database
        database.set_progress_handler(note, 1)
        sandbox.handle("GET", path, HEADERS)
        sandbox.deliveries(due_only=True)
        database.set_progress_handler(None, 1)
        return count

    def pass_on() -> None:
        for delivery in sandbox.deliveries():
            sandbox.delivered(delivery)

    paid_session(sandbox, client)
    open_session(client)
    pass_on()
    before = steps()
    for _ in range(40):
        paid_session(sandbox, client)
        open_session(client)
    pass_on()
    assert steps() < before * 1.5
