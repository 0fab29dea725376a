"""A whole Space by keyboard alone: controls are found with Tab, by their accessible name."""

from playwright.sync_api import expect

from tests.e2e.keyboard import press
from tests.e2e.room_page import PATIENCE

TONE = 1000  # Hz


def test_people_can_listen_speak_and_host_by_keyboard_alone(open_as, space_url, stack):
    ana = open_as("ana", space_url)
    eve, cleo = open_as("eve", space_url, tone=TONE), open_as("cleo", space_url)
    press(ana.page, "Go on stage")
    ana.wait_for_sound()
    for listener in (eve, cleo):
        press(listener.page, "Start listening")
        listener.wait_for_sound()

    press(eve.page, "Request to speak")
    expect(eve.page.get_by_role("dialog", name="Ask to speak")).to_be_visible()
    press(eve.page, "Request to speak")
    expect(eve.room.get_by_text("Next in line")).to_be_visible(timeout=PATIENCE)
    expect(ana.room.get_by_role("button", name="1 asking to speak")).to_be_visible(timeout=PATIENCE)
    press(ana.page, "People, 1 asking to speak")
    press(ana.page, "Let Eve speak")
    invitation = eve.page.get_by_role("dialog", name="Ana accepted your request")
    expect(invitation).to_be_visible(timeout=PATIENCE)
    press(eve.page, "Join the speakers")
    expect(eve.root).to_have_attribute("data-role", "speaker", timeout=PATIENCE)
    expect(eve.root).to_have_attribute("data-microphone", "muted", timeout=PATIENCE)
    eve.page.keyboard.press("m")
    expect(eve.root).to_have_attribute("data-microphone", "on", timeout=PATIENCE)
    ana.wait_to_hear(TONE)

    press(ana.page, "Mute all")
    ana.wait_for_silence(TONE)
    expect(eve.root).to_have_attribute("data-microphone", "muted", timeout=PATIENCE)
    ana.page.keyboard.press("Escape")
    press(eve.page, "Leave")
    press(eve.page, "Step down and leave")
    expect(eve.page).to_have_url(f"{stack.url}/", timeout=PATIENCE)

    press(ana.page, "Cleo, listener")
    press(ana.page, "Remove from the Space")
    expect(ana.page.get_by_role("dialog", name="Remove Cleo?")).to_be_visible()
    press(ana.page, "Remove")
    expect(cleo.page.get_by_text("A host removed you")).to_be_visible(timeout=PATIENCE)
    expect(ana.person("Cleo")).to_have_count(0, timeout=PATIENCE)

    press(ana.page, "Leave")
    press(ana.page, "End for everyone")
    expect(ana.page.get_by_role("dialog", name="End this Space for everyone?")).to_be_visible()
    press(ana.page, "End for everyone")
    expect(ana.page.get_by_text("This Space has ended")).to_be_visible(timeout=PATIENCE)
