"""Push messages: turned on with a tap, received encrypted, shown by Chromium's service worker.

Chromium reaches its maker's push service only with keys that are not public. So the test gives it
subscriptions to a push service on this machine, and hands over what arrives there.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.e2e.album import Album
from tests.fixtures.chromium import WHOLE, Chromium
from tests.fixtures.push_service import Browser, PushService
from tests.fixtures.stack import PASSWORD, Stack

# Stands in for Chromium's own PushManager; the subscription survives a reload, as a real one.
PUSH_MANAGER = """(given) => {
  const subscription = {
    endpoint: given.endpoint,
    toJSON: () => ({endpoint: given.endpoint, keys: {p256dh: given.p256dh, auth: given.auth}}),
    unsubscribe: async () => (localStorage.removeItem("test.subscribed"), true),
  };
  PushManager.prototype.subscribe = async (options) => {
    localStorage.setItem("test.subscribed", options.applicationServerKey);
    return subscription;
  };
  PushManager.prototype.getSubscription = async () =>
    localStorage.getItem("test.subscribed") ? subscription : null;
}"""
NOTIFY = """
from notifications import inbox
ana = User.objects.get(handle="ana")
inbox.notify(ana, kind="reply", text="Trams at night starts soon", url="/spaces/", subject="x")
"""
TAP = """() => self.registration.getNotifications().then(([notification]) =>
  self.dispatchEvent(new NotificationEvent("notificationclick", {notification})))"""
SHOWN = """() => self.registration.getNotifications().then(all => all.map(each =>
  ({body: each.body, url: each.data.url})))"""
ANY_SHOWN = """async () => {
  while (!(await self.registration.getNotifications()).length)
    await new Promise((done) => setTimeout(done, 50));
}"""
IS_SUBSCRIBED = "localStorage.getItem('test.subscribed') !== null"
CONTENT = {"title": "Spaces", "body": "Trams at night starts soon", "navigate": "/spaces/"}
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"


@pytest.fixture
def site(make_stack: Callable[..., Stack], push_service: PushService) -> Stack:
    """A site of an operator with a push service of their own."""
    certificate = str(push_service.certificate)
    return make_stack(PUSH_LOCAL_HOSTS=push_service.host, SSL_CERT_FILE=certificate).start()


@pytest.fixture
def browser(push_service: PushService) -> Browser:
    return push_service.browser()


@pytest.fixture
def page(chromium: Chromium, site: Stack, browser: Browser) -> Iterator[Page]:
    page = chromium.open(
        f"{site.url}/accounts/login/",
        chromium.launch(None, WHOLE),  # the shell has no notifications
        service_workers="allow",
        permissions=["notifications"],
    )
    given = json.dumps(browser.subscription)
    page.context.add_init_script(f"({PUSH_MANAGER})({given})")
    page.locator("[name=login]").fill("ana")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(f"{site.url}/")
    yield page


def test_a_push_message_is_received_shown_and_opened(
    album: Album, site: Stack, page: Page, push_service: PushService, browser: Browser
) -> None:
    page.goto(f"{site.url}/notifications/")
    card = page.locator("[data-push]")
    album.check(page, "push-off")
    card.get_by_role("button", name="Turn on notifications").click()
    expect(card.get_by_text("Notifications are on for this device")).to_be_visible()
    page.reload()
    expect(card.get_by_text("Notifications are on for this device")).to_be_visible()
    album.check(page, "push-on")
    assert album.problems == []

    site.shell(NOTIFY)
    while not push_service.requests:  # until the worker has sent it
        page.evaluate("1")
    message = browser.decrypt(push_service.requests[0].body)
    registration = find_registration(page)
    page.goto("about:blank")  # nobody looks at a page of the site
    deliver(page, site, registration, message)
    worker = page.context.service_workers[0]
    worker.evaluate(ANY_SHOWN)
    [shown] = worker.evaluate(SHOWN)
    assert (shown["body"], shown["url"]) == ("Trams at night starts soon", f"{site.url}/spaces/")

    page.goto(f"{site.url}/settings/")
    worker.evaluate(TAP)
    expect(page).to_have_url(f"{site.url}/spaces/")
    expect(page.get_by_role("heading", name="Spaces", exact=True)).to_be_visible()
    assert worker.evaluate(SHOWN) == []


def test_a_page_that_is_looked_at_shows_a_push_message_itself(
    site: Stack, page: Page, browser: Browser
) -> None:
    page.goto(f"{site.url}/settings/")
    deliver(page, site, find_registration(page), {"notification": CONTENT})
    toast = page.get_by_role("link", name="Trams at night starts soon")
    toast.click()
    expect(page).to_have_url(f"{site.url}/spaces/")
    expect(toast).to_have_count(0)


def test_push_messages_are_turned_off_again_and_end_with_the_session(
    site: Stack, page: Page
) -> None:
    count = "print(PushSubscription.objects.count())"
    page.goto(f"{site.url}/notifications/")
    card = page.locator("[data-push]")
    card.get_by_role("button", name="Turn on notifications").press("Enter")
    card.get_by_role("button", name="Turn off").press("Enter")
    expect(card.get_by_role("button", name="Turn on notifications")).to_be_visible()
    assert (site.shell(count).strip(), page.evaluate(IS_SUBSCRIBED)) == ("0", False)

    card.get_by_role("button", name="Turn on notifications").click()
    expect(card.get_by_role("button", name="Turn off")).to_be_visible()
    page.goto(f"{site.url}/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{site.url}/")
    page.wait_for_function(f"!({IS_SUBSCRIBED})")
    assert site.shell(count).strip() == "0"


def test_push_messages_are_offered_after_setting_a_reminder(
    album: Album, site: Stack, page: Page
) -> None:
    site.shell("Reminder.objects.all().delete()")
    path = site.shell("print(Space.objects.get(title__startswith='Rye').get_absolute_url())")
    page.goto(f"{site.url}{path.strip()}")
    offer = page.locator("[data-push]")
    expect(offer).to_be_hidden()
    page.get_by_role("button", name="Set reminder").click()
    expect(offer.get_by_text("Shall we remind you on this device?")).to_be_visible()
    album.check(page, "push-offer")
    assert album.problems == []
    offer.get_by_role("button", name="Turn on notifications").click()
    expect(offer.get_by_text("Notifications are on for this device")).to_be_visible()


def test_a_browser_that_blocks_notifications_says_how_to_allow_them(
    sign_in: Callable[..., Page], stack: Stack
) -> None:
    page = sign_in("ana")  # Chromium's shell always blocks them
    page.goto(f"{stack.url}/notifications/")
    expect(page.get_by_text("Your browser blocks notifications from Spaces")).to_be_visible()
    expect(page.get_by_role("button", name="Turn on notifications")).to_be_hidden()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (IPHONE, "Add Spaces to your Home Screen first"),
        (None, "This browser can’t show notifications"),
    ],
    ids=["iPhone", "other"],
)
def test_a_browser_without_push_messages_says_what_to_do(
    sign_in: Callable[..., Page], stack: Stack, album: Album, agent: str | None, words: str
) -> None:
    page = sign_in("ana", user_agent=agent)
    page.context.add_init_script("delete window.PushManager")
    page.goto(f"{stack.url}/notifications/")
    expect(page.get_by_text(words)).to_be_visible()
    album.check(page, f"push-{'install' if agent else 'unsupported'}")
    assert album.problems == []


def find_registration(page: Page) -> tuple[CDPSession, str]:
    """Return a connection to the browser, and its id of the page's service worker."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    browser = page.context.new_cdp_session(page)
    found: list[dict[str, Any]] = []
    browser.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(event["registrations"]),
    )
    browser.send("ServiceWorker.enable")
    while not found:
        page.evaluate("1")  # receives events in the meantime
    return browser, found[-1]["registrationId"]


def deliver(
    page: Page, site: Stack, registration: tuple[CDPSession, str], message: dict[str, Any]
) -> None:
    browser, key = registration
    data = {"origin": site.url, "registrationId": key, "data": json.dumps(message)}
    browser.send("ServiceWorker.deliverPushMessage", data)
