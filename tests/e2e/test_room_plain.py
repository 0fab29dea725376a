"""Without JavaScript, or without WebRTC, a Space can still be read."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import KEEP_HOST, SAY
from tests.e2e.test_captions import lines


def test_without_scripts_the_page_is_readable_and_its_form_works(open_as, join_space, space_url):
    eve = join_space("eve")
    dan = open_as("dan", space_url, java_script_enabled=False).page
    expect(dan.get_by_role("heading", name="What our cities sound like").first).to_be_visible()
    assert "needs JavaScript" in (dan.locator("[data-part=preview] noscript").text_content() or "")
    expect(dan.locator("[data-part=stage] bdi")).to_have_text("Ana")

    dan.get_by_label("Your message").fill("I only read along")
    dan.get_by_role("button", name="Send the message").click()
    expect(dan.locator("li[data-message]")).to_contain_text(["I only read along"])
    expect(eve.page.get_by_text("I only read along")).to_be_visible()


def test_without_webrtc_the_room_explains_it_and_the_chat_works(open_as, space_url):
    page = open_as("eve", space_url, scripts=["delete window.RTCPeerConnection"]).page
    page.get_by_role("button", name="Start listening").click()
    expect(page.get_by_text("This browser cannot play live sound")).to_be_visible()
    page.get_by_label("Your message").fill("Reading along")
    page.keyboard.press("Enter")
    expect(page.locator("li[data-message]")).to_contain_text(["Reading along"])


def test_without_webrtc_captions_can_be_read(open_as, space_url, stack):
    page = open_as("eve", space_url, scripts=["delete window.RTCPeerConnection"]).page
    stack.shell(KEEP_HOST)
    page.get_by_role("button", name="Start listening").click()
    explanation = page.get_by_text("This browser cannot play live sound")
    expect(explanation).to_be_visible()
    page.get_by_role("button", name="Read captions", exact=True).click()
    expect(explanation).to_be_hidden()
    stack.shell(SAY.format(text="Good evening."))
    expect(lines(page)).to_have_text([re.compile("Ana.*Good evening", re.S)])

    page.reload()  # the choice is remembered, so nothing is missing any more
    expect(lines(page)).to_have_text([re.compile("Ana.*Good evening", re.S)])
    expect(explanation).to_be_hidden()
