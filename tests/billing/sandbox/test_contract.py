"""The sandbox's fields and parameters match the types of the stripe library."""

import json
from typing import Any

import pytest
import stripe
from stripe import params
from stripe._api_version import _ApiVersion
from stripe.params.v2 import core

from billing.sandbox.routing import Route
from billing.sandbox.sandbox import KEY, ROUTES, Sandbox
from billing.sandbox.state import API_VERSION
from tests.billing.sandbox.cases import (
    create_account,
    open_session,
    paid_charge,
    paid_session,
    ready_account,
)
from tests.billing.sandbox.contract import differences, unknown_parameters

CLASSES: dict[str, Any] = {
    "account": stripe.Account,
    "balance": stripe.Balance,
    "balance_transaction": stripe.BalanceTransaction,
    "charge": stripe.Charge,
    "checkout.session": stripe.checkout.Session,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "item": stripe.LineItem,
    "payment_intent": stripe.PaymentIntent,
    "payout": stripe.Payout,
    "refund": stripe.Refund,
    "transfer": stripe.Transfer,
    "transfer_reversal": stripe.TransferReversal,
    "v2.core.account": stripe.v2.core.Account,
    "v2.core.account_link": stripe.v2.core.AccountLink,
}
PARAMETERS: dict[tuple[str, str], Any] = {
    ("POST", "/v1/checkout/sessions"): params.checkout.SessionCreateParams,
    ("GET", "/v1/checkout/sessions"): params.checkout.SessionListParams,
    ("GET", "/v1/checkout/sessions/{id}"): params.checkout.SessionRetrieveParams,
    ("POST", "/v1/checkout/sessions/{id}/expire"): params.checkout.SessionExpireParams,
    (
        "GET",
        "/v1/checkout/sessions/{id}/line_items",
    ): params.checkout.SessionLineItemListParams,
    ("GET", "/v1/payment_intents"): params.PaymentIntentListParams,
    ("GET", "/v1/payment_intents/{id}"): params.PaymentIntentRetrieveParams,
    ("GET", "/v1/charges"): params.ChargeListParams,
    ("GET", "/v1/charges/{id}"): params.ChargeRetrieveParams,
    ("POST", "/v1/refunds"): params.RefundCreateParams,
    ("GET", "/v1/refunds"): params.RefundListParams,
    ("GET", "/v1/refunds/{id}"): params.RefundRetrieveParams,
    ("GET", "/v1/disputes"): params.DisputeListParams,
    ("GET", "/v1/disputes/{id}"): params.DisputeRetrieveParams,
    ("POST", "/v1/disputes/{id}/close"): params.DisputeCloseParams,
    ("POST", "/v1/transfers"): params.TransferCreateParams,
    ("GET", "/v1/transfers"): params.TransferListParams,
    ("GET", "/v1/transfers/{id}"): params.TransferRetrieveParams,
    ("POST", "/v1/transfers/{id}/reversals"): params.TransferReversalCreateParams,
    ("GET", "/v1/transfers/{id}/reversals"): params.TransferReversalListParams,
    (
        "GET",
        "/v1/transfers/{id}/reversals/{reversal}",
    ): params.TransferReversalRetrieveParams,
    ("GET", "/v1/balance"): params.BalanceRetrieveParams,
    ("GET", "/v1/balance_transactions"): params.BalanceTransactionListParams,
    ("GET", "/v1/balance_transactions/{id}"): params.BalanceTransactionRetrieveParams,
    ("GET", "/v1/payouts"): params.PayoutListParams,
    ("GET", "/v1/payouts/{id}"): params.PayoutRetrieveParams,
    ("POST", "/v2/core/accounts"): core.AccountCreateParams,
    ("GET", "/v2/core/accounts"): core.AccountListParams,
    ("GET", "/v2/core/accounts/{id}"): core.AccountRetrieveParams,
    ("POST", "/v2/core/accounts/{id}"): core.AccountUpdateParams,
    ("POST", "/v2/core/accounts/{id}/close"): core.AccountCloseParams,
    ("POST", "/v2/core/account_links"): core.AccountLinkCreateParams,
    ("GET", "/v1/accounts/{id}"): params.AccountRetrieveParams,
    ("GET", "/v1/events"): params.EventListParams,
    ("GET", "/v1/events/{id}"): params.EventRetrieveParams,
}


def test_the_version_of_the_api_is_the_version_of_the_library() -> None:
    assert API_VERSION == _ApiVersion.CURRENT


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_parameter_exists_in_the_library(route: Route) -> None:
    assert list(unknown_parameters(route.parameters, PARAMETERS[route.method, route.path])) == []


def test_every_route_is_compared() -> None:
    assert set(PARAMETERS) == {(route.method, route.path) for route in ROUTES}


def test_every_object_has_the_fields_of_the_library(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    """Bring every kind of object into many states, read all of them, and compare."""
    open_session(client, customer_email="ben@spaces.test", expand=["line_items"])
    client.v1.checkout.sessions.expire(open_session(client).id)
    sandbox.pay(open_session(client).id, card="4000000000000002")
    sandbox.pay(open_session(client).id, card="4000002500003155")
    failed, passed = open_session(client), open_session(client)
    for session, succeeded in ((failed, False), (passed, True)):
        sandbox.pay(session.id, card="4000002500003155")
        sandbox.authenticate(session.id, succeeded=succeeded)
    for succeeded in (True, False):
        session = open_session(client)
        sandbox.pay(session.id, card="")
        sandbox.settle(session.id, succeeded=succeeded)
    sandbox.pay(open_session(client).id, card="")
    account = ready_account(sandbox, client)
    sandbox.reject(create_account(client).id)
    client.v2.core.accounts.create({"display_name": "Without a configuration"})
    charges = [paid_charge(sandbox, client, "4000000000007726") for _ in range(6)]
    refunds = [client.v1.refunds.create({"charge": charge.id}) for charge in charges[:3]]
    sandbox.succeed_refund(refunds[1].id)
    sandbox.fail_refund(refunds[2].id)
    for charge, won in ((charges[3], True), (charges[4], False)):
        sandbox.close_dispute(sandbox.dispute(charge.id)["id"], won=won)
    sandbox.dispute(charges[5].id)
    paid_session(sandbox, client, amount=5000)
    for _ in range(2):
        transfer = client.v1.transfers.create(
            {"amount": 1000, "currency": "eur", "destination": account}
        )
    client.v1.transfers.reversals.create(transfer.id, {"amount": 100})
    sandbox.fail_payout(sandbox.pay_out(account)[0]["id"])
    sandbox.pay_out(account)

    found, seen = [], set()
    for value in everything(sandbox, account):
        seen.add(value["object"])
        found += [f"{value['object']}: {each}" for each in describe(value)]
    assert sorted(set(found)) == []
    assert seen == set(CLASSES)


def describe(value: Any) -> list[str]:
    problems = list(differences(value, CLASSES[value["object"]]))
    if value["object"] == "event":
        subject = value["data"]["object"]
        problems += differences(subject, CLASSES[subject["object"]], "data.object.")
    return problems


def everything(sandbox: Sandbox, account: str) -> Any:
    """Yield the JSON of all objects, as the API answers it, with everything expanded."""
    headers = {"Authorization": f"Bearer {KEY}"}

    def get(path: str, **more: str) -> Any:
        answer = sandbox.handle("GET", path, {**headers, **more})
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    for path in (
        "/v1/checkout/sessions?limit=100&expand[]=data.line_items&expand[]=data.payment_intent",
        "/v1/payment_intents?limit=100&expand[]=data.latest_charge.balance_transaction",
        "/v1/charges?limit=100&expand[]=data.refunds",
        "/v1/refunds?limit=100&expand[]=data.charge",
        "/v1/disputes?limit=100",
        "/v1/transfers?limit=100",
        "/v1/balance_transactions?limit=100",
        "/v1/events?limit=100",
    ):
        yield from get(path)["data"]
    for transfer in get("/v1/transfers")["data"]:
        yield from get(f"/v1/transfers/{transfer['id']}/reversals")["data"]
    session = get("/v1/checkout/sessions?limit=1")["data"][0]
    yield from get(f"/v1/checkout/sessions/{session['id']}/line_items")["data"]
    yield from get("/v1/payouts", **{"Stripe-Account": account})["data"]
    yield get("/v1/balance")
    includes = ["configuration.recipient", "defaults", "identity", "requirements"]
    query = "&".join(f"include[{index}]={name}" for index, name in enumerate(includes))
    for each in get("/v2/core/accounts")["data"]:
        yield each
        yield get(f"/v2/core/accounts/{each['id']}?{query}&include[4]=future_requirements")
        yield get(f"/v1/accounts/{each['id']}")
    body = {
        "account": account,
        "use_case": {
            "type": "account_onboarding",
            "account_onboarding": {"refresh_url": "https://spaces.test/refresh"},
        },
    }
    link = sandbox.handle("POST", "/v2/core/account_links", headers, json.dumps(body))
    yield json.loads(link.body)
