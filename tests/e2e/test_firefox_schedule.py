"""Scheduling, reminders and the notification settings in Firefox."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.e2e.keys import Keys
from tests.e2e.plans import schedule
from tests.e2e.room_page import PATIENCE
from tests.fixtures.firefox import Firefox
from tests.fixtures.stack import Stack

TOKYO = ZoneInfo("Asia/Tokyo")


def test_a_person_in_firefox_can_schedule_cancel_and_set_a_reminder(
    firefox: Firefox, keys: Keys, stack: Stack
) -> None:
    page = firefox.open(f"{stack.url}/healthz", tone=600, timezone_id="Europe/Lisbon")
    page.context.add_cookies([keys.of("cleo")])
    page.goto(f"{stack.url}/spaces/schedule/")
    page.get_by_label("What will you talk about?").fill("Trams at dawn")
    expect(page.get_by_text("Time in Lisbon")).to_be_visible()
    at = datetime.now(TOKYO) + timedelta(days=20)
    page.get_by_label("Date").fill(f"{at:%Y-%m-%d}")
    page.get_by_label("Time", exact=True).fill("18:30")
    page.get_by_text("Change", exact=True).click()
    page.get_by_label("Find a city").fill("tokyo")
    zones = page.get_by_role("listbox", name="Time zone")
    expect(zones.get_by_role("option").filter(visible=True)).to_have_text(["Tokyo (GMT+9)"])
    zones.select_option("Asia/Tokyo")
    page.get_by_role("button", name=f"Schedule for {at:%a} {at.day} {at:%b}").click()
    expect(page.get_by_text(re.compile("for .*Cleo.* in Tokyo"))).to_be_visible()
    page.get_by_role("button", name="More").click()
    page.get_by_role("link", name="Cancel this Space").click()
    page.get_by_label("Reason").fill("I have lost my voice")
    page.get_by_role("button", name="Cancel the Space").click()
    expect(page.get_by_text("I have lost my voice")).to_be_visible()

    page.goto(schedule(stack))
    page.get_by_role("button", name="Set reminder").click()
    expect(page.get_by_role("button", name=re.compile("Reminder set 1"))).to_be_visible()
    expect(page.get_by_role("button", name="Turn on notifications")).to_be_visible()

    page.goto(f"{stack.url}/settings/notifications/")
    reply = page.get_by_role("checkbox", name="Someone replies to my post: Push")
    reply.uncheck(force=True)
    page.get_by_label("Quiet hours").check()
    page.get_by_label("From", exact=True).fill("21:30")
    page.get_by_role("button", name="Save").click()
    saved = page.get_by_text("Your notification settings are saved.")
    expect(saved).to_be_visible(timeout=PATIENCE)
    expect(reply).not_to_be_checked()
    expect(page.get_by_label("From", exact=True)).to_have_value("21:30")
