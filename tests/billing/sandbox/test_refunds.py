import pytest
import stripe

from billing.sandbox.sandbox import Sandbox
from tests.billing.sandbox.cases import event_types, open_session, paid_charge
from tests.billing.sandbox.conftest import Clock


def balance(client: stripe.StripeClient) -> int:
    return client.v1.balance.retrieve().available[0].amount


def test_a_refund_without_an_amount_returns_everything(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    charge = paid_charge(sandbox, client)
    refund = client.v1.refunds.create(
        {"payment_intent": charge.payment_intent, "metadata": {"ticket": "t-1"}}
    )
    assert (refund.status, refund.amount, refund.charge) == ("succeeded", 1500, charge.id)
    again = client.v1.charges.retrieve(charge.id)
    assert (again.amount_refunded, again.refunded) == (1500, True)
    assert balance(client) == 0
    assert event_types(sandbox) == ["checkout.session.completed", "charge.refunded"]


def test_parts_are_refunded_until_nothing_is_left(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    charge = paid_charge(sandbox, client)
    client.v1.refunds.create({"charge": charge.id, "amount": 500})
    assert client.v1.charges.retrieve(charge.id).refunded is False
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        client.v1.refunds.create({"charge": charge.id, "amount": 1001})
    client.v1.refunds.create({"charge": charge.id, "amount": 1000})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.refunds.create({"charge": charge.id})
    assert refusal.value.code == "charge_already_refunded"
    listed = client.v1.refunds.list({"payment_intent": charge.payment_intent})
    assert [each.amount for each in listed.data] == [1000, 500]


def test_the_refunds_of_a_charge_can_be_expanded(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    charge = paid_charge(sandbox, client)
    refund = client.v1.refunds.create({"charge": charge.id, "amount": 500})
    shown = client.v1.charges.retrieve(charge.id, {"expand": ["refunds"]})
    assert shown.refunds is not None
    assert [each.id for each in shown.refunds.data] == [refund.id]


def test_a_pending_refund_succeeds_or_fails_later(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    charge = paid_charge(sandbox, client, "4000000000007726")
    first = client.v1.refunds.create({"charge": charge.id, "amount": 500})
    second = client.v1.refunds.create({"charge": charge.id, "amount": 1000})
    assert (first.status, first.pending_reason) == ("pending", "processing")
    sandbox.succeed_refund(first.id)
    sandbox.fail_refund(second.id)
    assert client.v1.refunds.retrieve(first.id).status == "succeeded"
    failed = client.v1.refunds.retrieve(second.id)
    assert (failed.status, failed.failure_reason) == ("failed", "lost_or_stolen_card")
    assert client.v1.charges.retrieve(charge.id).amount_refunded == 500
    assert balance(client) == 1000
    assert event_types(sandbox)[-2:] == ["refund.updated", "refund.failed"]


def test_refunds_to_the_card_for_failing_refunds_fail_after_a_while(
    sandbox: Sandbox, client: stripe.StripeClient, clock: Clock
) -> None:
    charge = paid_charge(sandbox, client, "4000000000005126")
    refund = client.v1.refunds.create({"charge": charge.id})
    assert refund.status == "succeeded"
    clock.pass_time(10)
    assert client.v1.refunds.retrieve(refund.id).status == "failed"
    assert event_types(sandbox)[-1] == "refund.failed"


def test_a_payment_without_money_cannot_be_refunded(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    session = open_session(client)
    sandbox.pay(session.id, card="4000000000000002")
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": str(intent)})


def test_a_disputed_payment_is_refunded_only_after_the_dispute_is_won(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    charge = paid_charge(sandbox, client)
    dispute = sandbox.dispute(charge.id)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.refunds.create({"charge": charge.id})
    assert refusal.value.code == "charge_disputed"
    sandbox.close_dispute(dispute["id"], won=True)
    assert client.v1.refunds.create({"charge": charge.id}).status == "succeeded"
