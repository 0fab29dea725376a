"""Scheduling, reminders and the notification settings in WebKitGTK."""

import json
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.e2e.plans import schedule
from tests.e2e.test_webkit import sign_in, wait_until
from tests.fixtures.stack import Stack
from tests.fixtures.webkit import WebKit

TOKYO = ZoneInfo("Asia/Tokyo")


def test_a_person_in_webkit_can_schedule_cancel_and_set_a_reminder(
    webkit: WebKit, stack: Stack
) -> None:
    sign_in(webkit, stack, "cleo")
    webkit.goto(f"{stack.url}/spaces/schedule/")
    at = datetime.now(TOKYO) + timedelta(days=20)
    fill(webkit, "[name=title]", "Trams at dawn")
    fill(webkit, "[name=date]", f"{at:%Y-%m-%d}")
    fill(webkit, "[name=time]", "18:30")
    webkit.run("document.querySelector('.zone-picker summary').click()")
    wait_until(webkit, "document.querySelector('[name=zone]').size === 6")
    fill(webkit, "#zone-search", "tokyo")
    found = "[...document.querySelectorAll('[name=zone] option')].filter(each => !each.hidden)"
    assert webkit.run(f"return {found}.map(each => each.value)") == ["Asia/Tokyo"]
    fill(webkit, "[name=zone]", "Asia/Tokyo")
    label = "document.querySelector('[data-part=schedule-label]')"
    # Whether the clock has 12 or 24 hours depends on the browser's locale.
    expected = rf"Schedule for {at:%a} {at.day} {at:%b} (18:30|6:30\sPM)"
    assert re.fullmatch(expected, webkit.run(f"return {label}.textContent"))
    webkit.run(f"{label}.click()")
    wait_for_text(webkit, " in Tokyo.")
    click(webkit, "#scheduled-more a.danger")
    wait_until(webkit, "document.querySelector('[name=reason]') !== null")
    fill(webkit, "[name=reason]", "I have lost my voice")
    click(webkit, "button.destructive")
    wait_for_text(webkit, "I have lost my voice")

    webkit.goto(schedule(stack))
    click(webkit, "#reminder-button")
    wait_for_text(webkit, "Reminder set")
    assert not webkit.run("return document.querySelector('[data-push]').checkVisibility()")

    webkit.goto(f"{stack.url}/settings/notifications/")
    wait_for_text(webkit, "This browser can’t show notifications")
    click(webkit, "#reply [value$=push]")
    click(webkit, "[name=is_quiet]")
    fill(webkit, "[name=quiet_from]", "21:30")
    webkit.click_link("main form .button.primary")
    wait_for_text(webkit, "Your notification settings are saved.")
    assert webkit.run("return document.querySelector('[name=quiet_from]').value") == "21:30"
    assert webkit.errors() == []


def click(webkit: WebKit, selector: str) -> None:
    found = f"document.querySelector({json.dumps(selector)})"
    wait_until(webkit, f"{found} !== null")
    webkit.run(f"{found}.click()")


def fill(webkit: WebKit, selector: str, value: str) -> None:
    """Enter a value and dispatch the events of typing; fail if the field refuses the value."""
    webkit.run(f"""
      const field = document.querySelector({json.dumps(selector)});
      field.value = {json.dumps(value)};
      if (field.value !== {json.dumps(value)}) throw new Error("refused");
      for (const name of ["input", "change"])
        field.dispatchEvent(new Event(name, {{bubbles: true}}));""")


def wait_for_text(webkit: WebKit, text: str) -> None:
    wait_until(webkit, f"document.querySelector('main')?.innerText.includes({json.dumps(text)})")
