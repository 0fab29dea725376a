import pytest
import stripe

from billing.sandbox.sandbox import Sandbox
from tests.billing.sandbox.cases import (
    create_account,
    event_types,
    paid_charge,
    ready_account,
)


def balance(client: stripe.StripeClient, account: str = "") -> int:
    options: stripe.RequestOptions = {"stripe_account": account} if account else {}
    return client.v1.balance.retrieve(options=options).available[0].amount


def test_a_transfer_moves_money_to_the_account(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    paid_charge(sandbox, client)
    account = ready_account(sandbox, client)
    transfer = client.v1.transfers.create(
        {
            "amount": 1200,
            "currency": "eur",
            "destination": account,
            "transfer_group": "space-1",
            "metadata": {"space": "1"},
        }
    )
    assert (transfer.amount, transfer.destination, transfer.reversed) == (1200, account, False)
    assert (balance(client), balance(client, account)) == (300, 1200)
    [found] = client.v1.transfers.list({"transfer_group": "space-1"}).data
    assert found.id == transfer.id


def test_more_than_the_balance_cannot_be_transferred(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    paid_charge(sandbox, client)
    account = ready_account(sandbox, client)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.transfers.create({"amount": 1501, "currency": "eur", "destination": account})
    assert refusal.value.code == "balance_insufficient"
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.transfers.create({"amount": 100, "currency": "usd", "destination": account})
    assert refusal.value.code == "balance_insufficient"


def test_transfers_from_one_payment_are_limited_by_its_amount(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    charge = paid_charge(sandbox, client)
    paid_charge(sandbox, client)
    account = ready_account(sandbox, client)
    params: stripe.params.TransferCreateParams = {
        "amount": 1000,
        "currency": "eur",
        "destination": account,
        "source_transaction": charge.id,
    }
    assert client.v1.transfers.create(params).source_transaction == charge.id
    with pytest.raises(stripe.InvalidRequestError, match="must not exceed the source amount"):
        client.v1.transfers.create(params)


def test_an_account_gets_nothing_before_its_onboarding(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    paid_charge(sandbox, client)
    account = create_account(client)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.transfers.create({"amount": 100, "currency": "eur", "destination": account.id})
    assert refusal.value.code == "insufficient_capabilities_for_transfer"


def test_a_reversal_takes_money_back(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    paid_charge(sandbox, client)
    account = ready_account(sandbox, client)
    transfer = client.v1.transfers.create(
        {"amount": 1200, "currency": "eur", "destination": account}
    )
    client.v1.transfers.reversals.create(transfer.id, {"amount": 200})
    client.v1.transfers.reversals.create(transfer.id)
    again = client.v1.transfers.retrieve(transfer.id)
    assert (again.amount_reversed, again.reversed) == (1200, True)
    assert [each.amount for each in again.reversals.data] == [1000, 200]
    assert (balance(client), balance(client, account)) == (1500, 0)
    with pytest.raises(stripe.InvalidRequestError, match="already fully reversed"):
        client.v1.transfers.reversals.create(transfer.id)


def test_a_transfer_that_was_paid_out_cannot_be_reversed(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    paid_charge(sandbox, client)
    account = ready_account(sandbox, client)
    transfer = client.v1.transfers.create(
        {"amount": 1200, "currency": "eur", "destination": account}
    )
    [payout] = sandbox.pay_out(account)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.transfers.reversals.create(transfer.id)
    assert refusal.value.code == "balance_insufficient"
    sandbox.fail_payout(payout["id"])
    assert client.v1.transfers.reversals.create(transfer.id).amount == 1200
    assert event_types(sandbox)[-2:] == ["payout.paid", "payout.failed"]


def test_a_payout_can_only_be_read_with_its_own_account(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    paid_charge(sandbox, client)
    account, other = ready_account(sandbox, client), ready_account(sandbox, client)
    client.v1.transfers.create({"amount": 700, "currency": "eur", "destination": account})
    [made] = sandbox.pay_out(account)
    [listed] = client.v1.payouts.list(options={"stripe_account": account}).data
    assert (listed.id, listed.status, listed.amount) == (made["id"], "paid", 700)
    assert client.v1.payouts.list(options={"stripe_account": other}).data == []
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payouts.retrieve(made["id"], options={"stripe_account": other})
    assert refusal.value.code == "resource_missing"
    event = sandbox.find("event", type="payout.paid")[0]
    assert event["account"] == account
