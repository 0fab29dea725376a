import pytest
import stripe

from billing.sandbox.errors import ApiError
from billing.sandbox.sandbox import Sandbox
from tests.billing.sandbox.cases import (
    event_types,
    open_session,
    paid_session,
    session_params,
)
from tests.billing.sandbox.conftest import START, Clock


def test_a_new_session_is_open_and_has_a_page(client: stripe.StripeClient) -> None:
    session = open_session(client, client_reference_id="r-1")
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert (session.amount_total, session.currency) == (1500, "eur")
    assert session.client_reference_id == "r-1"
    assert session.metadata is not None
    assert session.metadata["reservation"] == "r-1"
    assert session.url == f"http://127.0.0.1:8004/pay/{session.id}"
    assert session.payment_intent is None


def test_a_payment_completes_the_session(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    session = paid_session(sandbox, client)
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    intent = session.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.status, intent.amount_received) == ("succeeded", 1500)
    assert intent.metadata["reservation"] == "r-1"
    assert event_types(sandbox) == ["checkout.session.completed"]


def test_a_declined_card_leaves_the_session_open(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    session = open_session(client)
    outcome = sandbox.pay(session.id, card="4000000000000002")
    assert (outcome.status, outcome.message) == ("declined", "Your card was declined.")
    again = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (again.status, again.payment_status) == ("open", "unpaid")
    assert isinstance(again.payment_intent, stripe.PaymentIntent)
    assert again.payment_intent.status == "requires_payment_method"
    assert sandbox.pay(session.id).status == "complete"


def test_a_number_that_is_not_a_test_card_is_declined(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    outcome = sandbox.pay(open_session(client).id, card="4111 1111 1111 1111")
    assert "non test card" in outcome.message


@pytest.mark.parametrize(("passed", "status"), [(True, "complete"), (False, "declined")])
def test_3d_secure_decides_about_the_payment(
    sandbox: Sandbox, client: stripe.StripeClient, passed: bool, status: str
) -> None:
    session = open_session(client)
    assert sandbox.pay(session.id, card="4000002500003155").status == "needs_authentication"
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert sandbox.authenticate(session.id, succeeded=passed).status == status
    again = client.v1.checkout.sessions.retrieve(session.id)
    assert again.payment_status == ("paid" if passed else "unpaid")


@pytest.mark.parametrize(("arrives", "paid"), [(True, "paid"), (False, "unpaid")])
def test_the_money_of_a_delayed_method_arrives_later(
    sandbox: Sandbox, client: stripe.StripeClient, arrives: bool, paid: str
) -> None:
    session = open_session(client)
    sandbox.pay(session.id, card="")
    waiting = client.v1.checkout.sessions.retrieve(session.id)
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    sandbox.settle(session.id, succeeded=arrives)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == paid
    name = "succeeded" if arrives else "failed"
    assert event_types(sandbox) == [
        "checkout.session.completed",
        f"checkout.session.async_payment_{name}",
    ]


def test_a_session_expires_by_the_clock(
    sandbox: Sandbox, client: stripe.StripeClient, clock: Clock
) -> None:
    session = open_session(client, expires_at=int(START) + 1860)
    clock.pass_time(1859)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    clock.pass_time(1)
    expired = client.v1.checkout.sessions.retrieve(session.id)
    assert (expired.status, expired.url) == ("expired", None)
    assert event_types(sandbox) == ["checkout.session.expired"]
    with pytest.raises(ApiError, match="not open"):
        sandbox.pay(session.id)


def test_an_open_session_can_be_expired_once(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    session = open_session(client)
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="status of `expired`"):
        client.v1.checkout.sessions.expire(session.id)
    assert event_types(sandbox) == ["checkout.session.expired"]


def test_a_complete_session_cannot_be_expired(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    session = paid_session(sandbox, client)
    with pytest.raises(stripe.InvalidRequestError, match="status of `complete`"):
        client.v1.checkout.sessions.expire(session.id)


@pytest.mark.parametrize("seconds", [1700, 90_000])
def test_a_session_is_open_for_30_minutes_to_24_hours(
    client: stripe.StripeClient, seconds: int
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        open_session(client, expires_at=int(START) + seconds)
    assert refusal.value.param == "expires_at"


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "usd", "amount_too_small"),
        (29, "gbp", "amount_too_small"),
        (49, "jpy", "amount_too_small"),
        (100_000_000, "usd", "amount_too_large"),
        (1234, "kwd", None),
        (1250, "isk", None),
        (1000, "xxx", None),
    ],
)
def test_amounts_that_stripe_does_not_accept_are_refused(
    client: stripe.StripeClient, amount: int, currency: str, code: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        open_session(client, amount=amount, currency=currency)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("amount", "currency"), [(50, "usd"), (50, "jpy"), (99_999_999, "usd"), (1230, "kwd")]
)
def test_amounts_at_the_limits_are_accepted(
    client: stripe.StripeClient, amount: int, currency: str
) -> None:
    assert open_session(client, amount=amount, currency=currency).amount_total == amount


def test_parameters_are_checked(client: stripe.StripeClient) -> None:
    params = session_params()
    del params["success_url"]
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.create(params)
    assert (refusal.value.code, refusal.value.param) == ("parameter_missing", "success_url")
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.create(session_params(colour="red"))
    assert (refusal.value.code, refusal.value.param) == ("parameter_unknown", "colour")


def test_a_list_has_pages_and_filters(
    sandbox: Sandbox, client: stripe.StripeClient, clock: Clock
) -> None:
    made = []
    for _ in range(5):
        made.append(open_session(client).id)
        clock.pass_time(10)
    client.v1.checkout.sessions.expire(made[0])
    first = client.v1.checkout.sessions.list({"limit": 2})
    assert ([each.id for each in first.data], first.has_more) == ([made[4], made[3]], True)
    everything = [each.id for each in first.auto_paging_iter()]
    assert everything == list(reversed(made))
    backward = client.v1.checkout.sessions.list({"limit": 2, "ending_before": made[0]})
    assert ([each.id for each in backward.data], backward.has_more) == ([made[2], made[1]], True)
    of_then = client.v1.checkout.sessions.list(
        {"created": {"gte": int(START) + 10, "lt": int(START) + 30}}
    )
    assert [each.id for each in of_then.data] == [made[2], made[1]]
    expired = client.v1.checkout.sessions.list({"status": "expired"})
    assert [each.id for each in expired.data] == [made[0]]


def test_line_items_are_shown_on_request(client: stripe.StripeClient) -> None:
    session = open_session(client, expand=["line_items"])
    assert session.line_items is not None
    assert session.line_items.data[0].description == "A ticket"
    items = client.v1.checkout.sessions.line_items.list(session.id)
    assert items.data[0].amount_total == 1500


def test_an_object_that_does_not_exist_is_not_found(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.retrieve("cs_test_unknown")
    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")


def test_ways_to_pay_can_be_left_out(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    assert open_session(client).payment_method_types == ["card", "sepa_debit"]
    assert open_session(client, currency="usd").payment_method_types == ["card"]
    session = open_session(client, excluded_payment_method_types=["sepa_debit"])
    with pytest.raises(ApiError, match="not offered"):
        sandbox.pay(session.id, card="")
