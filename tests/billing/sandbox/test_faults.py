import pytest
import stripe

from billing.sandbox.faults import Fault
from billing.sandbox.sandbox import Sandbox
from tests.billing.sandbox.cases import session_params
from tests.billing.sandbox_client import connect

SESSIONS = "/v1/checkout/sessions"
KEY: stripe.RequestOptions = {"idempotency_key": "k-1"}


@pytest.mark.parametrize(
    ("fault", "error", "made"),
    [
        (Fault.ERROR, stripe.APIError, 0),
        (Fault.STORED_ERROR, stripe.APIError, 0),
        (Fault.REFUSED, stripe.InvalidRequestError, 0),
        (Fault.RATE_LIMIT, stripe.RateLimitError, 0),
        (Fault.TIMEOUT_BEFORE, stripe.APIConnectionError, 0),
        (Fault.TIMEOUT_AFTER, stripe.APIConnectionError, 1),
    ],
)
def test_the_next_call_fails(
    sandbox: Sandbox,
    client: stripe.StripeClient,
    fault: Fault,
    error: type[Exception],
    made: int,
) -> None:
    sandbox.fail_next("POST", SESSIONS, fault)
    with pytest.raises(error):
        client.v1.checkout.sessions.create(session_params(), KEY)
    assert len(sandbox.find("checkout.session")) == made
    is_stored = fault in (Fault.STORED_ERROR, Fault.REFUSED)
    if is_stored:  # the answer is stored under the key
        with pytest.raises(error):
            client.v1.checkout.sessions.create(session_params(), KEY)
    else:
        client.v1.checkout.sessions.create(session_params(), KEY)
    assert len(sandbox.find("checkout.session")) == (not is_stored)


def test_the_library_repeats_a_call_whose_answer_was_lost(sandbox: Sandbox) -> None:
    client = connect(sandbox, max_network_retries=2)
    sandbox.fail_next("POST", SESSIONS, Fault.TIMEOUT_AFTER, times=2)
    client.v1.checkout.sessions.create(session_params())
    assert len(sandbox.find("checkout.session")) == 1


def test_a_fault_can_be_limited_to_certain_paths(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    sandbox.fail_next("POST", f"{SESSIONS}/*/expire", Fault.ERROR)
    session = client.v1.checkout.sessions.create(session_params())
    with pytest.raises(stripe.APIError):
        client.v1.checkout.sessions.expire(session.id)
    sandbox.fail_next("*", "*", Fault.ERROR, times=5)
    sandbox.clear_faults()
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
