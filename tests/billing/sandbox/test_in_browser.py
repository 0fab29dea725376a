"""The pages in a real browser: on phones and desktops, in both themes, and without scripts."""

import threading
from collections.abc import Iterator

import pytest
import stripe
from playwright.sync_api import Page

from billing.sandbox.sandbox import Sandbox
from billing.sandbox.server import Server
from tests.billing.sandbox.cases import create_account, open_session, paid_charge, session_params
from tests.billing.sandbox.test_pages import link_to_form
from tests.billing.sandbox_client import connect
from tests.e2e.album import Album
from tests.fixtures.chromium import Chromium

pytestmark = pytest.mark.e2e


@pytest.fixture
def sandbox(chromium: Chromium) -> Iterator[Sandbox]:
    """A sandbox that a browser can reach."""
    made = Sandbox()
    server = Server(made, "127.0.0.1", 0)
    made.state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(sandbox: Sandbox) -> stripe.StripeClient:
    return connect(sandbox)


def here(sandbox: Sandbox, client: stripe.StripeClient) -> stripe.checkout.Session:
    """Return a session whose buyers return to the sandbox itself."""
    params = session_params(success_url=f"{sandbox.state.url}/?done={{CHECKOUT_SESSION_ID}}")
    return client.v1.checkout.sessions.create(params)


def test_every_page_is_accessible_and_fits(
    sandbox: Sandbox, client: stripe.StripeClient, chromium: Chromium
) -> None:
    album = Album(chromium)
    session = open_session(client)
    page = chromium.open(str(session.url))
    album.check(page, "sandbox-checkout")
    page.get_by_role("radio", name="4000 0000 0000 0002").check()
    page.get_by_role("button", name="Pay 15.00 EUR").click()
    page.get_by_role("alert").get_by_text("Your card was declined.").wait_for()
    album.check(page, "sandbox-declined")
    page.get_by_role("radio", name="4000 0025 0000 3155").check()
    page.get_by_role("button", name="Pay 15.00 EUR").click()
    page.get_by_role("heading", name="at your bank").wait_for()
    album.check(page, "sandbox-3d-secure")
    client.v1.checkout.sessions.expire(session.id)
    page.goto(f"{sandbox.state.url}/pay/{session.id}")
    album.check(page, "sandbox-expired")
    page.goto(link_to_form(client, create_account(client).id))
    album.check(page, "sandbox-onboarding")
    charge = paid_charge(sandbox, client)
    client.v1.refunds.create({"charge": charge.id, "amount": 500})
    sandbox.dispute(charge.id)
    page.goto(sandbox.state.url)
    album.check(page, "sandbox-control")
    assert album.problems == []


def test_people_pay_with_the_keyboard_and_without_scripts(
    sandbox: Sandbox, client: stripe.StripeClient, chromium: Chromium
) -> None:
    session = here(sandbox, client)
    page = chromium.open(str(session.url), java_script_enabled=False)
    page.get_by_label("E-mail").fill("ben@spaces.test")
    page.get_by_label("E-mail").press("Enter")
    page.wait_for_url(f"**/?done={session.id}")
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_a_developer_disputes_a_payment_and_loses(
    sandbox: Sandbox, client: stripe.StripeClient, chromium: Chromium
) -> None:
    paid_charge(sandbox, client)
    page = chromium.open(sandbox.state.url)
    press(page, "Dispute: 15.00 EUR")
    press(page, "Close it: lost")
    assert client.v1.disputes.list().data[0].status == "lost"


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()
