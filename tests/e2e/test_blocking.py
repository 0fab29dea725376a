"""Blocking removes people from the blocker's Spaces, and labels them for the blocker elsewhere."""

from playwright.sync_api import expect

from tests.e2e.room_page import PATIENCE, SILENCE, RoomPage
from tests.e2e.test_dock import browse_home

ANA, CLEO, EVE = 440, 1000, 1800  # Hz
ON_THE_STAGE = "Somebody you blocked is on the stage"
VISIT = """address => {
  htmx.ajax("GET", address, {target: "#page", select: "#page", swap: "outerHTML"});
}"""


def block(room: RoomPage, name: str) -> None:
    """Block a person, in the sheet that opens from their tile."""
    room.choose("Block", name)
    sure = room.page.get_by_role("dialog", name=f"Block {name}?")
    sure.get_by_role("button", name="Block", exact=True).click()
    expect(room.page.get_by_text(f"You blocked {name}.")).to_be_visible(timeout=PATIENCE)
    room.close_sheet()


def test_blocking_someone_removes_them_and_keeps_them_out(join_space, open_as, space_url):
    ana, eve, cleo = join_space("ana", tone=ANA), join_space("eve"), join_space("cleo", tone=CLEO)
    ana.unmute()
    ana.invite("Cleo")
    cleo.accept()
    cleo.unmute()
    eve.wait_to_hear(ANA, CLEO)
    cleo.wait_to_hear(ANA)

    block(ana, "Cleo")
    eve.wait_for_silence(CLEO)
    eve.wait_to_hear(ANA)
    expect(eve.person("Cleo")).to_have_count(0, timeout=PATIENCE)
    expect(cleo.root).to_have_attribute("data-phase", "refused", timeout=PATIENCE)
    assert cleo.spectrum(ANA) == [SILENCE]

    cleo.page.reload()
    expect(cleo.page.get_by_text("You can't join this Space.")).to_be_visible(timeout=PATIENCE)
    expect(cleo.page.get_by_text("Ana", exact=True)).to_have_count(0)


def test_a_viewer_is_warned_of_blocked_people_before_joining_and_when_they_speak(
    join_space, open_as, chromium, space_url, stack
):
    ana, cleo = join_space("ana"), join_space("cleo", tone=CLEO)
    ana.invite("Cleo")
    cleo.accept()

    eve = open_as("eve", f"{stack.url}/@cleo/")
    eve.page.get_by_role("button", name="More about Cleo").click()
    eve.page.get_by_role("link", name="Block @cleo").click()
    eve.page.get_by_role("button", name="Block", exact=True).click()
    expect(eve.page.get_by_role("button", name="Unblock Cleo")).to_be_visible(timeout=PATIENCE)
    assert chromium.violations(eve.page) == []

    eve.page.goto(space_url)
    preview = eve.page.locator("[data-part=preview]")
    expect(preview.get_by_text("You blocked Cleo")).to_be_visible(timeout=PATIENCE)
    expect(preview.get_by_role("link", name="Not now")).to_be_visible()
    assert chromium.violations(eve.page) == []
    preview.get_by_role("button", name="Listen anyway").click()
    eve.wait_for_sound()
    banner = eve.page.locator("[data-part=banner]")
    tile = eve.person("Cleo")
    expect(tile.get_by_text("You blocked this person")).to_be_visible()
    expect(banner).not_to_contain_text("You blocked")

    cleo.unmute()
    eve.wait_to_hear(CLEO)
    expect(banner).to_contain_text("You blocked Cleo", timeout=PATIENCE)
    announcer = eve.page.locator("[data-part=announcer]")
    expect(announcer).to_contain_text("Cleo, whom you blocked, is speaking", timeout=PATIENCE)
    assert chromium.violations(eve.page) == []
    banner.get_by_role("button", name="Stay").click()
    expect(banner).to_be_hidden()

    cleo.send_message("Nobody who blocks me reads this")
    ana.send_message("Eve reads this")
    messages = eve.page.locator("[data-part=messages]")
    expect(messages.get_by_text("Eve reads this")).to_be_visible(timeout=PATIENCE)
    expect(messages.get_by_text("Nobody who blocks me")).to_be_hidden()

    ana.choose("Move to listeners", "Cleo")
    ana.close_sheet()
    expect(cleo.root).to_have_attribute("data-role", "listener", timeout=PATIENCE)
    ana.invite("Cleo")
    cleo.accept()
    expect(banner).to_contain_text("They are on the stage", timeout=PATIENCE)

    dock = browse_home(eve)
    expect(dock).to_contain_text(ON_THE_STAGE)
    eve.page.evaluate(VISIT, "/@cleo/")
    eve.page.get_by_role("button", name="Unblock Cleo").click()
    expect(dock).not_to_contain_text(ON_THE_STAGE, timeout=PATIENCE)
    eve.page.get_by_role("button", name="More about Cleo").click()
    eve.page.get_by_role("link", name="Block @cleo").click()
    eve.page.get_by_role("button", name="Block", exact=True).click()
    expect(dock).to_contain_text(ON_THE_STAGE, timeout=PATIENCE)
    dock.get_by_role("link").click()

    eve.choose("Unblock", "Cleo")
    eve.close_sheet()
    expect(banner).to_be_hidden()
    expect(tile.get_by_text("You blocked this person")).to_be_hidden()
    expect(messages.get_by_text("Nobody who blocks me")).to_be_visible()

    block(eve, "Cleo")
    eve.page.goto(f"{stack.url}/settings/blocked/")
    assert chromium.violations(eve.page) == []
    eve.page.get_by_role("button", name="Unblock @cleo").click()
    expect(eve.page.get_by_text("You haven’t blocked anyone")).to_be_visible(timeout=PATIENCE)
