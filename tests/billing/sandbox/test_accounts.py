import pytest
import stripe
from stripe.params.v2.core import AccountLinkCreateParams

from billing.sandbox.sandbox import Sandbox
from tests.billing.sandbox.cases import create_account, event_types
from tests.billing.sandbox.conftest import Clock

BANK = "configuration.recipient.default_outbound_destination"


def statuses(client: stripe.StripeClient, id: str) -> tuple[str, str]:
    """Return the status of transfers and of payouts."""
    account = client.v2.core.accounts.retrieve(id, {"include": ["configuration.recipient"]})
    assert account.configuration is not None
    assert account.configuration.recipient is not None
    capabilities = account.configuration.recipient.capabilities
    assert capabilities is not None
    balance = capabilities.stripe_balance
    assert balance is not None
    assert balance.stripe_transfers is not None
    assert balance.payouts is not None
    return balance.stripe_transfers.status, balance.payouts.status


def missing(client: stripe.StripeClient, id: str) -> list[str]:
    account = client.v2.core.accounts.retrieve(id, {"include": ["requirements"]})
    assert account.requirements is not None
    return [entry.description for entry in account.requirements.entries or []]


def test_a_new_account_has_to_be_onboarded(client: stripe.StripeClient) -> None:
    account = create_account(client)
    assert account.applied_configurations == ["recipient"]
    assert statuses(client, account.id) == ("restricted", "restricted")
    assert len(missing(client, account.id)) == 5


def test_onboarding_enables_transfers_and_payouts(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    account = create_account(client)
    sandbox.onboard(account.id)
    assert statuses(client, account.id) == ("active", "active")
    assert missing(client, account.id) == []
    assert event_types(sandbox) == ["account.updated"]
    old = client.v1.accounts.retrieve(account.id)
    assert (old.payouts_enabled, old.details_submitted) == (True, True)


def test_without_a_bank_account_there_are_no_payouts(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    account = create_account(client)
    sandbox.onboard(account.id, missing=[BANK])
    assert statuses(client, account.id) == ("active", "restricted")
    assert missing(client, account.id) == [BANK]


def test_an_account_can_be_rejected(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    account = create_account(client)
    sandbox.onboard(account.id)
    sandbox.reject(account.id)
    assert statuses(client, account.id) == ("rejected", "rejected")
    sandbox.accept(account.id)
    assert statuses(client, account.id) == ("active", "active")


def test_parts_that_were_not_asked_for_are_left_out(client: stripe.StripeClient) -> None:
    account = client.v2.core.accounts.retrieve(create_account(client).id)
    assert (account.configuration, account.requirements, account.identity) == (None, None, None)


def test_an_account_can_be_changed_and_closed(client: stripe.StripeClient) -> None:
    account = create_account(client)
    client.v2.core.accounts.update(account.id, {"contact_email": "new@spaces.test"})
    assert client.v2.core.accounts.retrieve(account.id).contact_email == "new@spaces.test"
    assert client.v2.core.accounts.close(account.id).closed is True
    assert len(client.v2.core.accounts.list().data) == 1


def test_a_link_is_opened_once_and_in_time(
    sandbox: Sandbox, client: stripe.StripeClient, clock: Clock
) -> None:
    account = create_account(client)
    params: AccountLinkCreateParams = {
        "account": account.id,
        "use_case": {
            "type": "account_onboarding",
            "account_onboarding": {
                "refresh_url": "https://spaces.test/refresh",
                "return_url": "https://spaces.test/return",
            },
        },
    }
    link = client.v2.core.account_links.create(params)
    assert link.account == account.id
    id = link.url.rpartition("/")[2]
    assert sandbox.open_link(id)
    assert sandbox.open_link(id) == ""
    late = client.v2.core.account_links.create(params).url.rpartition("/")[2]
    clock.pass_time(601)
    assert sandbox.open_link(late) == ""


def test_a_link_needs_an_account(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v2.core.account_links.create(
            {
                "account": "acct_unknown",
                "use_case": {
                    "type": "account_onboarding",
                    "account_onboarding": {"refresh_url": "https://spaces.test/refresh"},
                },
            }
        )
    assert refusal.value.code == "resource_missing"
