"""The notification settings: on a phone, with the keyboard, and from a profile."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.album import DESK, OVERFLOW, PHONE, Album
from tests.fixtures.stack import Stack

NARROW = 320  # px; WCAG 2.2, criterion 1.4.10
ZONE = "print(NotificationSettings.objects.get(user__handle={handle!r}).zone)"


def test_the_settings_fit_on_phones_and_desktops(
    sign_in: Callable[..., Page], stack: Stack, album: Album
) -> None:
    """Only the settings of a person who has muted somebody have all sections."""
    page = sign_in("ana", viewport={"width": DESK, "height": 800})
    page.goto(f"{stack.url}/@ben/")
    page.get_by_role("button", name="More about Ben").click()
    page.get_by_role("button", name="Don’t notify me when they go live").click()
    expect(page.get_by_text("You won’t hear when Ben")).to_be_visible()
    page.goto(f"{stack.url}/settings/notifications/")
    album.check(page, "notification-settings")
    page.get_by_label("Quiet hours").check()
    album.check(page, "notification-settings-quiet", PHONE, DESK)
    page.set_viewport_size({"width": NARROW, "height": 568})
    assert page.evaluate(OVERFLOW) == 0
    page.get_by_role("button", name="Unmute").click()
    expect(page.get_by_text("You’ll hear again when Ben")).to_be_visible()
    assert album.problems == []


def test_settings_are_changed_with_the_keyboard(sign_in: Callable[..., Page], stack: Stack) -> None:
    page = sign_in("ana", timezone_id="Asia/Tokyo")
    page.goto(f"{stack.url}/settings/notifications/")
    reply = page.get_by_role("checkbox", name="Someone replies to my post: Push")
    reply.focus()
    expect(reply).to_be_checked()
    page.keyboard.press("Space")
    page.get_by_role("checkbox", name="Quiet hours").focus()
    page.keyboard.press("Space")
    page.get_by_label("From", exact=True).fill("21:30")
    page.get_by_role("radio", name="Every day").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your notification settings are saved.")).to_be_visible()
    expect(reply).not_to_be_checked()
    expect(page.get_by_label("From", exact=True)).to_have_value("21:30")
    expect(page.get_by_role("radio", name="Every day")).to_be_checked()


def test_a_page_sends_its_browsers_time_zone_to_the_site(
    sign_in: Callable[..., Page], stack: Stack
) -> None:
    page = sign_in("dan", timezone_id="America/New_York")
    page.wait_for_function("() => localStorage.getItem('spaces.zone')")
    assert stack.shell(ZONE.format(handle="dan")).strip() == "America/New_York"
    page.goto(f"{stack.url}/settings/notifications/")
    expect(page.get_by_label("Your time zone")).to_have_value("America/New_York")
