"""A reminder from scheduling to listening: the host schedules a Space on a phone, a person sets a
reminder, time passes, and their phone leads them into the room."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.e2e.conftest import OpenRoom
from tests.e2e.plans import let_time_pass
from tests.e2e.room_page import PATIENCE
from tests.e2e.service_worker import (
    SHOWN,
    TAP,
    deliver,
    find_registration,
    open_tab_in_front,
    push_manager,
    wait_for_pushes,
    wait_until_shown,
)
from tests.fixtures.chromium import WHOLE
from tests.fixtures.push_service import Browser, PushService
from tests.fixtures.stack import Stack

ANA = 600  # Hz
PHONE = {"width": 390, "height": 844}
LISBON = ZoneInfo("Europe/Lisbon")
# How many minutes before the planned start the reminder is sent and the host can start the Space.
START_EARLY = 10
# The demo has its own reminders.
FORGET_OTHERS = """
from notifications.models import Broadcast, Notification
Broadcast.objects.all().delete()
Notification.objects.all().delete()
"""
SENT = """
sent = Delivery.objects.filter(user__handle="eve", channel="push", state="sent")
print(*sent.order_by("pk").values_list("kind", flat=True))
"""


def test_a_reminder_leads_from_the_plan_to_the_sound(
    stack: Stack, open_as: OpenRoom, push_service: PushService, browser: Browser
) -> None:
    stack.shell(FORGET_OTHERS)
    ana = open_as(
        "ana",
        f"{stack.url}/spaces/schedule/",
        tone=ANA,
        viewport=PHONE,
        timezone_id="Europe/Lisbon",
    )
    at = datetime.now(LISBON).replace(hour=18, minute=0) + timedelta(days=2)
    ana.page.get_by_label("What will you talk about?").fill("Trams at dawn")
    ana.page.get_by_label("Date").fill(f"{at:%Y-%m-%d}")
    ana.page.get_by_label("Time", exact=True).fill("18:00")
    ana.page.get_by_role("button", name="Schedule for").click()
    expect(ana.page.get_by_role("heading", name="Trams at dawn")).to_be_visible()
    address = ana.page.url

    eve = open_as(
        "eve",
        address,
        WHOLE,  # Chromium's headless shell has no notifications
        scripts=[push_manager(browser)],
        viewport=PHONE,
        service_workers="allow",
        permissions=["notifications"],
    )
    eve.page.get_by_role("button", name="Set reminder").click()
    eve.page.get_by_role("button", name="Turn on notifications").click()
    expect(eve.page.get_by_text("Notifications are on for this device")).to_be_visible()
    eve.page.get_by_role("navigation").get_by_role("link", name="Home").click()
    expect(eve.page).to_have_url(f"{stack.url}/")

    let_time_pass(stack, address, minutes_left=START_EARLY)
    soon = re.compile(r"“Trams at dawn” starts in (10|[5-9]) minutes")  # fewer on a busy machine
    toast = eve.page.locator(".toasts").get_by_role("link", name=soon)
    expect(toast).to_be_visible(timeout=PATIENCE)
    expect(eve.page.locator("#unread-tabs")).to_have_text("1 unread")
    wait_for_pushes(eve.page, push_service, 1)
    registration = find_registration(eve.page)

    open_tab_in_front(eve.page)
    ana.page.get_by_role("button", name="Go live").click()
    ana.wait_for_sound()
    ana.unmute()
    wait_for_pushes(eve.page, push_service, 2)
    before, live = (browser.decrypt(each.body) for each in push_service.requests)
    assert soon.fullmatch(before["notification"]["body"])
    deliver(eve.page, stack, registration, live)
    worker = eve.page.context.service_workers[0]
    wait_until_shown(worker)
    is_live = "“Trams at dawn” is live. Come and listen."
    assert worker.evaluate(SHOWN) == [{"body": is_live, "url": address}]

    worker.evaluate(TAP)
    expect(eve.page).to_have_url(address, timeout=PATIENCE)
    eve.enter()
    eve.wait_to_hear(ANA)
    assert stack.shell(SENT).split() == ["reminder_soon", "reminder_live"]
    assert len(push_service.requests) == 2
