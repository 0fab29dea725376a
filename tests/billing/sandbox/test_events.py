import json

import pytest
import stripe

from billing.sandbox.sandbox import Sandbox
from billing.sandbox.state import API_VERSION
from tests.billing.sandbox.cases import open_session, paid_charge, paid_session
from tests.billing.sandbox.conftest import Clock
from tests.billing.sandbox_client import connect

SECRET = "whsec_test"


def test_a_webhook_is_signed_as_the_library_expects(
    sandbox: Sandbox, client: stripe.StripeClient, clock: Clock
) -> None:
    session = paid_session(sandbox, client)
    delivery = sandbox.deliveries()[0]
    header = delivery.headers(SECRET, clock())["Stripe-Signature"]
    assert stripe.WebhookSignature.verify_header(delivery.payload, header, SECRET)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(delivery.payload, header, "whsec_other")
    event = json.loads(delivery.payload)
    assert (event["type"], event["api_version"]) == ("checkout.session.completed", API_VERSION)
    assert event["data"]["object"]["id"] == session.id
    assert not any(name.startswith("_") for name in event["data"]["object"])


def test_every_event_is_due_within_two_seconds(
    sandbox: Sandbox, client: stripe.StripeClient, clock: Clock
) -> None:
    paid_session(sandbox, client)
    assert sandbox.deliveries()
    clock.pass_time(2)
    assert sandbox.deliveries(due_only=True) == sandbox.deliveries()


def test_events_arrive_out_of_order_and_some_arrive_twice(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    for _ in range(20):
        paid_session(sandbox, client)
    happened = [event["id"] for event in reversed(sandbox.find("event"))]
    sent = [delivery.event for delivery in sandbox.deliveries()]
    assert set(sent) == set(happened)
    assert len(sent) > len(happened)
    assert list(dict.fromkeys(sent)) != happened


def test_the_order_depends_only_on_the_seed(clock: Clock) -> None:
    def order(seed: int) -> list[int]:
        sandbox = Sandbox(clock, seed=seed)
        client = connect(sandbox)
        happened = [open_session(client).id for _ in range(10)]
        for id in happened:
            sandbox.pay(id)
        found = [json.loads(each.payload) for each in sandbox.deliveries()]
        return [happened.index(event["data"]["object"]["id"]) for event in found]

    assert order(1) == order(1) != order(2)


def test_a_delivery_that_failed_is_tried_again_after_growing_pauses(
    sandbox: Sandbox, client: stripe.StripeClient, clock: Clock
) -> None:
    paid_session(sandbox, client)
    for extra in sandbox.deliveries()[1:]:
        sandbox.delivered(extra)
    pauses = []
    for _ in range(8):
        clock.pass_time(100)
        [delivery] = sandbox.deliveries(due_only=True)
        sandbox.not_delivered(delivery, "500")
        pauses.append(sandbox.find("sandbox.delivery", id=delivery.id)[0]["_due"] - clock())
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    clock.pass_time(3 * 86_400)
    sandbox.not_delivered(sandbox.deliveries()[0], "500")
    assert sandbox.deliveries() == []


def test_a_delivered_event_is_not_sent_again_unless_it_is_requested(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    paid_session(sandbox, client)
    for delivery in sandbox.deliveries():
        sandbox.delivered(delivery)
    assert sandbox.deliveries() == []
    sandbox.resend(delivery.event)
    assert [each.event for each in sandbox.deliveries()] == [delivery.event]


def test_events_can_be_read_later(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    charge = paid_charge(sandbox, client)
    client.v1.refunds.create({"charge": charge.id}, {"idempotency_key": "refund:1"})
    [refunded] = client.v1.events.list({"type": "charge.refunded"}).data
    assert refunded.request is not None
    assert refunded.request.idempotency_key == "refund:1"
    assert client.v1.events.retrieve(refunded.id).type == "charge.refunded"
    assert len(client.v1.events.list({"delivery_success": False}).data) == 2
