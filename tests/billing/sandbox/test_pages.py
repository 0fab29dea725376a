"""The sandbox's pages, without a server: what a buyer, a host and a developer can do on them."""

import re
from urllib.parse import urlencode

import pytest
import stripe
from stripe.params.v2.core import AccountLinkCreateParams

from billing.sandbox.pages import site
from billing.sandbox.responses import Response
from billing.sandbox.sandbox import Sandbox
from tests.billing.sandbox.cases import (
    create_account,
    event_types,
    open_session,
    paid_charge,
    paid_session,
    ready_account,
)
from tests.billing.sandbox.conftest import Clock

BANK = "configuration.recipient.default_outbound_destination"


class Browser:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def get(self, path: str, /) -> Response:
        return site.handle(self._sandbox, "GET", self._path(path), {}, b"")

    def post(self, path: str, headers: dict[str, str] | None = None, /, **form: str) -> Response:
        body = urlencode(form).encode()
        return site.handle(self._sandbox, "POST", self._path(path), headers or {}, body)

    def _path(self, path: str) -> str:
        return path.removeprefix(self._sandbox.state.url)


@pytest.fixture
def browser(sandbox: Sandbox) -> Browser:
    return Browser(sandbox)


def text(response: Response) -> str:
    return response.body.decode()


def test_the_payment_page_says_that_no_money_moves(
    client: stripe.StripeClient, browser: Browser
) -> None:
    session = open_session(client, customer_email="ben@spaces.test")
    page = browser.get(str(session.url))
    assert page.status == 200
    for words in ("no money moves", "15.00 EUR", "A ticket", "ben@spaces.test", "4242 4242"):
        assert words in text(page)
    assert 'href="https://spaces.test/back"' in text(page)


def test_after_the_payment_the_buyer_returns_to_the_site(
    client: stripe.StripeClient, browser: Browser
) -> None:
    session = open_session(client)
    page = browser.post(f"/pay/{session.id}", card="4242424242424242", email="ben@spaces.test")
    assert (page.status, page.headers["Location"]) == (
        303,
        f"https://spaces.test/done?session={session.id}",
    )
    again = client.v1.checkout.sessions.retrieve(session.id)
    assert again.customer_details is not None
    assert again.customer_details.email == "ben@spaces.test"


def test_the_form_may_redirect_only_to_the_site(
    client: stripe.StripeClient, browser: Browser
) -> None:
    page = browser.get(f"/pay/{open_session(client).id}")
    policy = page.headers["Content-Security-Policy"]
    assert "form-action 'self' https://spaces.test" in policy
    assert "default-src 'none'" in policy


def test_a_declined_card_is_explained_and_can_be_replaced(
    client: stripe.StripeClient, browser: Browser
) -> None:
    session = open_session(client)
    page = browser.post(f"/pay/{session.id}", card="other", number="4000 0000 0000 9995")
    assert page.status == 422
    assert "Your card has insufficient funds." in text(page)
    assert browser.post(f"/pay/{session.id}", card="4242424242424242").status == 303


def test_a_card_has_to_be_chosen(client: stripe.StripeClient, browser: Browser) -> None:
    page = browser.post(f"/pay/{open_session(client).id}", card="other")
    assert "Choose a card" in text(page)


@pytest.mark.parametrize(("result", "paid"), [("complete", "paid"), ("fail", "unpaid")])
def test_3d_secure_is_a_separate_step(
    client: stripe.StripeClient, browser: Browser, result: str, paid: str
) -> None:
    session = open_session(client)
    step = browser.post(f"/pay/{session.id}", card="4000002500003155").headers["Location"]
    assert "15.00 EUR" in text(browser.get(step))
    end = browser.post(step, result=result)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == paid
    assert end.status == (303 if paid == "paid" else 422)


def test_a_delayed_payment_waits_for_the_control_page(
    sandbox: Sandbox, client: stripe.StripeClient, browser: Browser
) -> None:
    session = open_session(client)
    assert browser.post(f"/pay/{session.id}", card="delayed").status == 303
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    assert "Let the money arrive" in text(browser.get("/"))
    browser.post("/control/payment-arrives", id=session.id)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_a_session_that_is_over_cannot_be_paid(
    sandbox: Sandbox, client: stripe.StripeClient, browser: Browser, clock: Clock
) -> None:
    paid, late = paid_session(sandbox, client), open_session(client)
    assert "You have paid already" in text(browser.post(f"/pay/{paid.id}", card="delayed"))
    clock.pass_time(90_000)
    assert "expired" in text(browser.post(f"/pay/{late.id}", card="4242424242424242"))
    assert browser.get(f"/pay/{late.id}").status == 410
    assert browser.get("/pay/unknown").status == 404


def test_texts_of_callers_are_escaped(
    sandbox: Sandbox, client: stripe.StripeClient, browser: Browser
) -> None:
    params = open_session(client, customer_email='"><script>alert(1)</script>')
    account = create_account(client, display_name="<script>alert(2)</script>")
    page = text(browser.get(str(params.url))) + text(browser.get("/"))
    page += text(browser.post(f"/pay/{params.id}", card="other", number="<script>alert(3)"))
    assert account.id in page
    assert "<script" not in page


def link_to_form(client: stripe.StripeClient, account: str) -> str:
    params: AccountLinkCreateParams = {
        "account": account,
        "use_case": {
            "type": "account_onboarding",
            "account_onboarding": {
                "refresh_url": "https://spaces.test/refresh",
                "return_url": "https://spaces.test/return",
            },
        },
    }
    return client.v2.core.account_links.create(params).url


def test_a_host_completes_the_form_and_returns(
    sandbox: Sandbox, client: stripe.StripeClient, browser: Browser
) -> None:
    account = create_account(client)
    form = browser.get(link_to_form(client, account.id)).headers["Location"]
    assert "Bank account" in text(browser.get(form))
    done = browser.post(form, all="1")
    assert done.headers["Location"] == "https://spaces.test/return"
    assert client.v1.accounts.retrieve(account.id).payouts_enabled is True
    assert browser.get(form).status == 404
    assert event_types(sandbox) == ["account.updated"]


def test_a_host_can_leave_requirements_open(client: stripe.StripeClient, browser: Browser) -> None:
    account = create_account(client)
    form = browser.get(link_to_form(client, account.id)).headers["Location"]
    given = re.findall(r'name="done" value="([^"]+)"', text(browser.get(form)))
    body = urlencode([("done", name) for name in given if name != BANK]).encode()
    site.handle(browser._sandbox, "POST", form, {}, body)
    requirements = client.v1.accounts.retrieve(account.id).requirements
    assert requirements is not None
    assert requirements.currently_due == [BANK]


def test_a_used_link_leads_to_a_new_link(client: stripe.StripeClient, browser: Browser) -> None:
    link = link_to_form(client, create_account(client).id)
    browser.get(link)
    assert browser.get(link).headers["Location"] == "https://spaces.test/refresh"


def test_the_control_page_does_what_banks_do(
    sandbox: Sandbox, client: stripe.StripeClient, browser: Browser
) -> None:
    charge, other = paid_charge(sandbox, client), paid_charge(sandbox, client)
    account = ready_account(sandbox, client)
    browser.post("/control/dispute", id=charge.id)
    dispute = client.v1.disputes.list().data[0]
    browser.post("/control/dispute-won", id=dispute.id)
    refund = client.v1.refunds.create({"charge": other.id, "amount": 100})
    browser.post("/control/refund-fails", id=refund.id)
    client.v1.transfers.create({"amount": 500, "currency": "eur", "destination": account})
    browser.post("/control/pay-out", id=account)
    payout = client.v1.payouts.list(options={"stripe_account": account}).data[0]
    browser.post("/control/payout-fails", id=payout.id)
    browser.post("/control/reject", id=account)
    browser.post("/control/accept", id=account)
    assert event_types(sandbox)[-8:] == [
        "charge.dispute.created",
        "charge.dispute.closed",
        "charge.refunded",
        "refund.failed",
        "payout.paid",
        "payout.failed",
        "account.updated",
        "account.updated",
    ]
    page = text(browser.get("/"))
    for words in ("won", "failed", "5.00 EUR", "Send again"):
        assert words in page
    assert browser.post("/control/dispute-won", id=dispute.id).status == 409
    assert browser.post("/control/unknown", id=dispute.id).status == 404


def test_faults_can_be_requested_over_http(
    sandbox: Sandbox, client: stripe.StripeClient, browser: Browser
) -> None:
    order = {"method": "POST", "path": "/v1/*", "fault": "error", "times": "1"}
    assert browser.post("/control/fault", None, **order).status == 303
    with pytest.raises(stripe.APIError):
        open_session(client)
    browser.post("/control/fault", None, **order)
    assert "error, 1 ×" in text(browser.get("/"))
    browser.post("/control/clear-faults")
    assert open_session(client).status == "open"
    assert browser.post("/control/fault", fault="unknown").status == 409


def test_a_form_that_cannot_be_read_is_not_called_missing(sandbox: Sandbox) -> None:
    page = site.handle(sandbox, "POST", "/control/dispute", {}, b"\xff")
    assert (page.status, "Not found" in text(page)) == (400, False)


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.test"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_forms_of_other_sites_are_refused(
    sandbox: Sandbox, client: stripe.StripeClient, browser: Browser, headers: dict[str, str]
) -> None:
    session = open_session(client)
    page = browser.post(f"/pay/{session.id}", headers, card="4242424242424242")
    assert page.status == 403
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
