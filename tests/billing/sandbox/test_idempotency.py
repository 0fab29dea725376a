import pytest
import stripe

from billing.sandbox.sandbox import Sandbox
from tests.billing.sandbox.cases import create_account, paid_charge, session_params
from tests.billing.sandbox.conftest import Clock

KEY: stripe.RequestOptions = {"idempotency_key": "k-1"}


def test_the_same_key_returns_the_first_answer(client: stripe.StripeClient) -> None:
    first = client.v1.checkout.sessions.create(session_params(), KEY)
    second = client.v1.checkout.sessions.create(session_params(), KEY)
    assert first.id == second.id
    assert first.last_response is not None
    assert second.last_response is not None
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_a_key_belongs_to_its_parameters(client: stripe.StripeClient) -> None:
    client.v1.checkout.sessions.create(session_params(), KEY)
    with pytest.raises(stripe.IdempotencyError, match="same parameters"):
        client.v1.checkout.sessions.create(session_params(amount=1600), KEY)


def test_a_key_belongs_to_its_endpoint(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    charge = paid_charge(sandbox, client)
    client.v1.refunds.create({"charge": charge.id, "amount": 1}, KEY)
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        client.v1.checkout.sessions.create(session_params(), KEY)


def test_errors_are_repeated_too(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    charge = paid_charge(sandbox, client)
    dispute = sandbox.dispute(charge.id)
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.refunds.create({"charge": charge.id}, KEY)
        assert refusal.value.code == "charge_disputed"
    sandbox.close_dispute(dispute["id"], won=True)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"charge": charge.id}, KEY)
    assert client.v1.refunds.create({"charge": charge.id}).status == "succeeded"


def test_a_call_with_wrong_parameters_does_not_use_up_its_key(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(session_params(mode="unknown"), KEY)
    assert client.v1.checkout.sessions.create(session_params(), KEY).status == "open"


def test_a_key_is_forgotten_after_a_day(client: stripe.StripeClient, clock: Clock) -> None:
    first = client.v1.checkout.sessions.create(session_params(), KEY)
    clock.pass_time(86_400)
    assert client.v1.checkout.sessions.create(session_params(), KEY).id != first.id


def test_version_2_of_the_api_repeats_an_answer_only_for_the_same_key(
    client: stripe.StripeClient,
) -> None:
    first = client.v2.core.accounts.create({"display_name": "Ana"}, KEY)
    assert client.v2.core.accounts.create({"display_name": "Ana"}, KEY).id == first.id
    assert create_account(client).id != first.id
