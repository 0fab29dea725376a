"""Notifications arrive on open pages without a reload."""

import time
from collections.abc import Callable

from playwright.sync_api import Page, WebSocket, expect

from tests.e2e.room_page import PATIENCE
from tests.fixtures.stack import Stack

FOLLOW = """
from django.test import Client
from django.conf import settings
settings.ALLOWED_HOSTS.append("testserver")
client = Client()
client.force_login(User.objects.get(handle={handle!r}))
client.post("/@ana/follow/")
"""


def follow(stack: Stack, handle: str) -> None:
    stack.shell(
        f"Follow.objects.filter(follower__handle={handle!r}, followed__handle='ana').delete()"
    )
    stack.shell(FOLLOW.format(handle=handle))


def open_listening(page: Page, url: str) -> None:
    """Open a page, and wait until its socket receives notifications."""
    received: list[str | bytes] = []

    def follow_socket(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: received.append(frame))

    page.on("websocket", follow_socket)
    # The previous page's socket may open late.
    page.on("framenavigated", lambda _: received.clear())
    page.goto(url)
    until = time.monotonic() + PATIENCE / 1000
    while not any("notified" in str(frame) for frame in received):
        assert time.monotonic() < until, received
        page.evaluate("1")  # receives events in the meantime


def test_a_notification_shows_a_toast_and_changes_the_badge_on_open_pages(
    sign_in: Callable[..., Page], stack: Stack
) -> None:
    page = sign_in("ana")
    page.goto(f"{stack.url}/notifications/")  # marks all as read
    open_listening(page, f"{stack.url}/settings/")
    expect(page.locator("#unread-nav")).to_be_hidden()
    other = page.context.new_page()
    open_listening(other, f"{stack.url}/notifications/")

    follow(stack, "ben")
    toast = page.locator(".toasts").get_by_role("link", name="follows you")
    expect(toast).to_be_visible()
    for each in (page, other):
        expect(each.locator("#unread-nav")).to_have_text("1 unread")
    expect(other.locator(".toast")).to_have_count(0)  # this page shows the link below instead
    other.get_by_role("link", name="1 new notification").click()
    expect(other.locator("[data-new]")).to_have_count(1)
    expect(page.locator("#unread-nav")).to_be_hidden()
    toast.click()
    expect(page).to_have_url(f"{stack.url}/@ben/")
