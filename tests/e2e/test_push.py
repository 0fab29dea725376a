"""Push messages: turned on with a tap, received encrypted, shown by Chromium's service worker.

Chromium reaches its maker's push service only with keys that are not public. So the test gives it
subscriptions to a push service on this machine, and passes the messages that arrive to Chromium.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.album import Album
from tests.e2e.service_worker import (
    SHOWN,
    TAP,
    deliver,
    find_registration,
    push_manager,
    wait_for_push,
    wait_until_shown,
)
from tests.fixtures.chromium import WHOLE, Chromium
from tests.fixtures.push_service import Browser, PushService
from tests.fixtures.stack import PASSWORD, Stack

NOTIFY = """
from notifications import inbox
ana = User.objects.get(handle="ana")
inbox.notify(ana, kind="reply", text="Trams at night starts soon", url="/spaces/", subject="x")
"""
IS_SUBSCRIBED = "localStorage.getItem('test.subscribed') !== null"
CONTENT = {"title": "Spaces", "body": "Trams at night starts soon", "navigate": "/spaces/"}
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"


@pytest.fixture
def page(chromium: Chromium, stack: Stack, browser: Browser) -> Iterator[Page]:
    page = chromium.open(
        f"{stack.url}/accounts/login/",
        chromium.launch(None, WHOLE),  # Chromium's headless shell has no notifications
        service_workers="allow",
        permissions=["notifications"],
    )
    page.context.add_init_script(push_manager(browser))
    page.locator("[name=login]").fill("ana")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(f"{stack.url}/")
    yield page


def test_a_push_message_is_received_shown_and_opened(
    album: Album, stack: Stack, page: Page, push_service: PushService, browser: Browser
) -> None:
    page.goto(f"{stack.url}/notifications/")
    card = page.locator("[data-push]")
    album.check(page, "push-off")
    card.get_by_role("button", name="Turn on notifications").click()
    expect(card.get_by_text("Notifications are on for this device")).to_be_visible()
    page.reload()
    expect(card.get_by_text("Notifications are on for this device")).to_be_visible()
    album.check(page, "push-on")
    assert album.problems == []

    stack.shell(NOTIFY)
    message = wait_for_push(page, push_service, browser, "Trams at night starts soon")
    registration = find_registration(page)
    page.goto("about:blank")  # so that no page of the site is open
    deliver(page, stack, registration, message)
    worker = page.context.service_workers[0]
    wait_until_shown(worker)
    [shown] = worker.evaluate(SHOWN)
    assert (shown["body"], shown["url"]) == ("Trams at night starts soon", f"{stack.url}/spaces/")

    page.goto(f"{stack.url}/settings/")
    worker.evaluate(TAP)
    expect(page).to_have_url(f"{stack.url}/spaces/")
    expect(page.get_by_role("heading", name="Spaces", exact=True)).to_be_visible()
    assert worker.evaluate(SHOWN) == []


def test_a_page_with_the_focus_shows_a_push_message_itself(
    stack: Stack, page: Page, browser: Browser
) -> None:
    page.goto(f"{stack.url}/settings/")
    deliver(page, stack, find_registration(page), {"notification": CONTENT})
    toast = page.get_by_role("link", name="Trams at night starts soon")
    toast.click()
    expect(page).to_have_url(f"{stack.url}/spaces/")
    expect(toast).to_have_count(0)


def test_push_messages_can_be_turned_off_and_end_with_the_session(stack: Stack, page: Page) -> None:
    count = "print(PushSubscription.objects.count())"
    page.goto(f"{stack.url}/notifications/")
    card = page.locator("[data-push]")
    card.get_by_role("button", name="Turn on notifications").press("Enter")
    card.get_by_role("button", name="Turn off").press("Enter")
    expect(card.get_by_role("button", name="Turn on notifications")).to_be_visible()
    assert (stack.shell(count).strip(), page.evaluate(IS_SUBSCRIBED)) == ("0", False)

    card.get_by_role("button", name="Turn on notifications").click()
    expect(card.get_by_role("button", name="Turn off")).to_be_visible()
    page.goto(f"{stack.url}/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{stack.url}/")
    page.wait_for_function(f"!({IS_SUBSCRIBED})")
    assert stack.shell(count).strip() == "0"


def test_push_messages_are_offered_after_setting_a_reminder(
    album: Album, stack: Stack, page: Page
) -> None:
    stack.shell("Reminder.objects.all().delete()")
    path = stack.shell("print(Space.objects.get(title__startswith='Rye').get_absolute_url())")
    page.goto(f"{stack.url}{path.strip()}")
    offer = page.locator("[data-push]")
    expect(offer).to_be_hidden()
    page.get_by_role("button", name="Set reminder").click()
    expect(offer.get_by_text("Shall we remind you on this device?")).to_be_visible()
    album.check(page, "push-offer")
    assert album.problems == []
    offer.get_by_role("button", name="Turn on notifications").click()
    expect(offer.get_by_text("Notifications are on for this device")).to_be_visible()


def test_the_page_explains_how_to_allow_notifications_that_the_browser_blocks(
    sign_in: Callable[..., Page], stack: Stack
) -> None:
    page = sign_in("ana")  # Chromium's headless shell always blocks them
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
def test_the_page_explains_what_to_do_in_a_browser_without_push_messages(
    sign_in: Callable[..., Page], stack: Stack, album: Album, agent: str | None, words: str
) -> None:
    page = sign_in("ana", user_agent=agent)
    page.context.add_init_script("delete window.PushManager")
    page.goto(f"{stack.url}/notifications/")
    expect(page.get_by_text(words)).to_be_visible()
    album.check(page, f"push-{'install' if agent else 'unsupported'}")
    assert album.problems == []
