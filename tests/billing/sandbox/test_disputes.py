import pytest
import stripe

from billing.sandbox.sandbox import Sandbox
from tests.billing.sandbox.cases import event_types, paid_charge


@pytest.mark.parametrize(("won", "status", "balance"), [(True, "won", 1500), (False, "lost", 0)])
def test_a_dispute_takes_the_money_until_it_is_won(
    sandbox: Sandbox, client: stripe.StripeClient, won: bool, status: str, balance: int
) -> None:
    charge = paid_charge(sandbox, client)
    id = sandbox.dispute(charge.id)["id"]
    dispute = client.v1.disputes.retrieve(id)
    assert (dispute.status, dispute.amount, dispute.charge) == ("needs_response", 1500, charge.id)
    assert client.v1.charges.retrieve(charge.id).disputed is True
    assert client.v1.balance.retrieve().available[0].amount == 0
    sandbox.close_dispute(id, won=won)
    assert client.v1.disputes.retrieve(id).status == status
    assert client.v1.balance.retrieve().available[0].amount == balance
    assert event_types(sandbox)[1:] == ["charge.dispute.created", "charge.dispute.closed"]


def test_only_what_was_not_refunded_is_disputed(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    charge = paid_charge(sandbox, client)
    client.v1.refunds.create({"charge": charge.id, "amount": 600})
    sandbox.dispute(charge.id)
    [dispute] = client.v1.disputes.list({"charge": charge.id}).data
    assert dispute.amount == 900


def test_payments_with_one_of_the_test_cards_are_disputed(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    paid_charge(sandbox, client, "4000000000000259")
    assert event_types(sandbox) == ["checkout.session.completed", "charge.dispute.created"]


def test_a_dispute_that_is_accepted_is_lost(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    dispute = sandbox.dispute(paid_charge(sandbox, client).id)
    assert client.v1.disputes.close(dispute["id"]).status == "lost"
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        client.v1.disputes.close(dispute["id"])
