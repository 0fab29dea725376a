"""Chromium's service worker: pass push messages to it, and wait for the notifications it shows."""

import json
import time
from typing import Any

from playwright.sync_api import CDPSession, Page, Worker

from tests.e2e.room_page import PATIENCE
from tests.fixtures.push_service import Browser, PushService
from tests.fixtures.stack import Stack

# Stands in for Chromium's own PushManager; the subscription survives a reload, like a real one.
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
TAP = """() => self.registration.getNotifications().then(([notification]) =>
  self.dispatchEvent(new NotificationEvent("notificationclick", {notification})))"""
SHOWN = """() => self.registration.getNotifications().then(all => all.map(each =>
  ({body: each.body, url: each.data.url})))"""
ANY_SHOWN = """async (patience) => {
  const until = Date.now() + patience;
  while (!(await self.registration.getNotifications()).length) {
    if (Date.now() > until) throw new Error("the service worker shows no notification");
    await new Promise((done) => setTimeout(done, 50));
  }
}"""


def push_manager(browser: Browser) -> str:
    """Return a script for pages, which lets them subscribe to the push service of `browser`."""
    return f"({PUSH_MANAGER})({json.dumps(browser.subscription)})"


def wait_for_pushes(page: Page, push_service: PushService, count: int) -> None:
    """Wait until the site has sent this many messages. The page receives its events meanwhile."""
    until = time.monotonic() + PATIENCE / 1000
    while len(push_service.requests) < count:
        assert time.monotonic() < until, f"{len(push_service.requests)} push messages"
        page.evaluate("1")


def wait_for_push(
    page: Page, push_service: PushService, browser: Browser, text: str
) -> dict[str, Any]:
    """Return the message with this text; the demo's reminders may be sent before it."""
    until = time.monotonic() + PATIENCE / 1000
    while True:
        messages = [browser.decrypt(request.body) for request in push_service.requests]
        for message in messages:
            if message["notification"]["body"] == text:
                return message
        assert time.monotonic() < until, messages
        page.evaluate("1")


def wait_until_shown(worker: Worker) -> None:
    """Wait until the service worker shows a notification."""
    worker.evaluate(ANY_SHOWN, PATIENCE)


def open_tab_in_front(page: Page) -> Page:
    """Open another tab in front, because Playwright's pages otherwise always have the focus."""
    elsewhere = page.context.new_page()
    focus = page.context.new_cdp_session(page)
    focus.send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    elsewhere.bring_to_front()
    assert not page.evaluate("document.hasFocus()")
    return elsewhere


def find_registration(page: Page) -> tuple[CDPSession, str]:
    """Return a connection to the browser, and the registration id of the page's service worker."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    browser = page.context.new_cdp_session(page)
    found: list[dict[str, Any]] = []
    browser.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(event["registrations"]),
    )
    browser.send("ServiceWorker.enable")
    until = time.monotonic() + PATIENCE / 1000
    while not found:
        assert time.monotonic() < until, "no service worker"
        page.evaluate("1")  # receives events in the meantime
    return browser, found[-1]["registrationId"]


def deliver(
    page: Page, site: Stack, registration: tuple[CDPSession, str], message: dict[str, Any]
) -> None:
    browser, key = registration
    data = {"origin": site.url, "registrationId": key, "data": json.dumps(message)}
    browser.send("ServiceWorker.deliverPushMessage", data)
