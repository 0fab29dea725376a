"""Cleo uses Firefox: she hears, reads captions, is heard, reconnects, and sees the end."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import SAY
from tests.e2e.room_page import PATIENCE, SILENCE, RoomPage
from tests.e2e.test_captions import NO_RECOGNITION, lines, open_captions
from tests.e2e.test_dock import browse_home

ANA, CLEO = 600, 1000  # Hz
OWN_TONE_BELOW = 50  # dB by which a person's own tone must be quieter than the other person's


# Playwright's routing of WebSockets hangs in a Firefox that is not Playwright's build.
CUTTABLE = """
  window.cutOff = false;  // whether the room's socket, and each later one, is closed
  const open = new Set();
  window.cut = () => { cutOff = true; for (const each of open) each.close(); };
  window.WebSocket = class extends WebSocket {
    constructor(...options) {
      super(...options);
      if (!this.url.includes("/ws/spaces/")) return;
      open.add(this);
      if (cutOff) this.close();
    }
  };
"""


@pytest.fixture
def cleo(firefox, keys, stack, space_url):
    """Cleo at the preview of Ana's Space, in Firefox."""
    page = firefox.open(f"{stack.url}/healthz", tone=CLEO)
    page.add_init_script(CUTTABLE)
    page.context.add_cookies([keys.of("cleo")])
    room = RoomPage(page, "cleo")
    room.prefer("debug", "1")
    room.prefer("rawMicrophone", "1")
    page.goto(space_url)
    return room


def test_a_person_in_firefox_can_take_part_from_start_to_end(join_space, cleo):
    ana = join_space("ana", tone=ANA)
    ana.unmute()
    cleo.enter()
    cleo.wait_to_hear(ANA)

    ana.invite("Cleo")
    cleo.accept()
    cleo.unmute()
    ana.wait_to_hear(CLEO)
    cleo.wait_to_hear(ANA)
    cleo.wait_until_own_tone_is_quieter(other=ANA, own=CLEO, by=OWN_TONE_BELOW)

    cleo.mute()
    ana.wait_for_silence(CLEO)

    cleo.page.evaluate("cut()")
    expect(cleo.page.get_by_text("Reconnecting…")).to_be_visible(timeout=PATIENCE)
    cleo.wait_to_hear(ANA)  # the sound continues meanwhile
    cleo.page.evaluate("() => { cutOff = false; }")
    expect(cleo.page.get_by_text("Reconnecting…")).to_be_hidden(timeout=PATIENCE)
    cleo.unmute()
    ana.wait_to_hear(CLEO)

    ana.page.get_by_role("button", name="More").click()
    ana.page.get_by_role("button", name="End for everyone").click()
    ana.page.get_by_role("dialog").get_by_role("button", name="End for everyone").click()
    for person in (ana, cleo):
        expect(person.page.get_by_text("This Space has ended")).to_be_visible(timeout=PATIENCE)
        assert person.spectrum(ANA, CLEO) == [SILENCE, SILENCE]


def test_a_person_in_firefox_reads_captions_in_the_room_and_in_the_dock(join_space, cleo, stack):
    ana = join_space("ana", tone=ANA, scripts=[NO_RECOGNITION])
    ana.unmute()
    cleo.enter()
    cleo.wait_to_hear(ANA)
    open_captions(cleo)
    stack.shell(SAY.format(text="Good evening."))
    said = lines(cleo.page)
    expect(said).to_have_text([re.compile(r"Ana.*Good evening\.", re.S)], timeout=PATIENCE)

    dock = browse_home(cleo)
    captions = dock.get_by_role("listitem")
    expect(captions).to_have_text([re.compile(r"Good evening\.")], timeout=PATIENCE)
    switch = dock.get_by_role("button", name="CC: captions")
    switch.click()
    expect(captions).to_have_count(0)
    switch.click()
    stack.shell(SAY.format(text="Listen to this."))
    expect(captions.last).to_have_text(re.compile(r"Listen to this\."), timeout=PATIENCE)

    cleo.page.go_back()
    expect(said.last).to_have_text(re.compile(r"Listen to this\."), timeout=PATIENCE)
    cleo.wait_to_hear(ANA)
