"""Every call to Stripe: while Stripe answers with an error or too late, the call can be repeated,
and nothing is done twice."""

import inspect
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from billing.models import HostAccount
from billing.sandbox.faults import Fault
from billing.stripe import accounts, checkout, disputes, refunds, transfers
from billing.stripe.client import StripeUnavailable
from tests.fixtures.stripe_account import SandboxAccount, open_checkout

pytestmark = pytest.mark.django_db
FAULTS = [Fault.ERROR, Fault.RATE_LIMIT, Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER]
ATTEMPTS = 3  # of the library, before it gives up
KINDS = ("checkout.session", "refund", "transfer", "transfer_reversal", "v2.core.account")
# How many objects a call creates.
CREATES = {
    checkout.create: 1,
    refunds.create: 1,
    transfers.create: 1,
    transfers.reverse: 1,
    accounts.create: 1,
}
ASKS_NOTHING = {refunds.named, transfers.low_balances_told_apart}


class Calls:
    """One function for each call, with its arguments."""

    def __init__(self, shop, account):
        self.payment = SandboxAccount(shop).pay(1250)
        self.dispute = SandboxAccount(shop).pay_and_dispute(1250).id
        self.account, self.session = account.stripe_id, open_checkout().id
        self.refund = refunds.create(payment_intent=self.payment, amount=1, name="r", key="r").id
        shop.add_money(10_000)
        self.transfer = self._transfer("transfer:0")
        self.key, self.until = str(uuid4()), timezone.now() + timedelta(minutes=31)
        self.since = timezone.now() - timedelta(days=1)

    def _transfer(self, name):
        return transfers.create(
            amount=100, currency="eur", account=self.account, group="rain", name=name, key=name
        )

    def all(self):
        since, payment = self.since, self.payment
        return {
            checkout.create: lambda: open_checkout(reservation=self.key, until=self.until),
            checkout.read: lambda: checkout.read(self.session),
            checkout.find: lambda: checkout.find(self.session),
            checkout.of_payment: lambda: checkout.of_payment(payment),
            checkout.complete_since: lambda: list(checkout.complete_since(since)),
            checkout.expire: lambda: checkout.expire(self.session),
            refunds.create: lambda: refunds.create(
                payment_intent=payment, amount=2, name="refund:1", key="refund:1"
            ),
            refunds.read: lambda: refunds.read(self.refund),
            refunds.of_payment: lambda: refunds.of_payment(payment),
            refunds.since: lambda: list(refunds.since(since)),
            transfers.create: lambda: self._transfer("transfer:1"),
            transfers.find: lambda: transfers.find("rain", "transfer:0"),
            transfers.since: lambda: list(transfers.since(since)),
            transfers.is_reversed: lambda: transfers.is_reversed(self.transfer, "reversal:1"),
            transfers.reverse: lambda: transfers.reverse(
                self.transfer, amount=1, name="reversal:1", key="reversal:1"
            ),
            accounts.create: lambda: accounts.create(
                key="account:1", email="ana@spaces.example", name="Ana", country="de"
            ),
            accounts.read: lambda: accounts.read(self.account),
            accounts.onboarding_url: lambda: accounts.onboarding_url(
                self.account,
                return_url="https://spaces.example/",
                refresh_url="https://spaces.example/",
            ),
            disputes.read: lambda: disputes.read(self.dispute),
            disputes.since: lambda: list(disputes.since(since)),
        }


@pytest.fixture
def calls(shop, account: HostAccount):
    return Calls(shop, account).all()


def functions_of(module):
    return {
        each
        for name, each in vars(module).items()
        if inspect.isfunction(each) and each.__module__ == module.__name__ and name[0] != "_"
    }


def test_every_function_that_asks_stripe_is_tested(calls):
    modules = (accounts, checkout, disputes, refunds, transfers)
    assert set(calls) | ASKS_NOTHING == set().union(*map(functions_of, modules))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_call_that_fails_can_be_repeated_and_does_nothing_twice(shop, calls, fault):
    for function, call in calls.items():
        before = counts(shop)
        shop.sandbox.fail_next("*", "*", fault, times=ATTEMPTS)
        with pytest.raises(StripeUnavailable):
            call()
        shop.sandbox.clear_faults()
        call()
        after = counts(shop)
        call()
        assert counts(shop) == after, function
        assert sum(after.values()) - sum(before.values()) == CREATES.get(function, 0), function


def counts(shop):
    return {kind: len(shop.sandbox.find(kind)) for kind in KINDS}
