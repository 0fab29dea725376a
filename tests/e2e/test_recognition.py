"""The server recognizes a voice, and listeners read what the person says."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import START
from tests.e2e.keys import Keys
from tests.e2e.room_page import PATIENCE, RoomPage
from tests.e2e.test_captions import NO_RECOGNITION, caption_my_voice, lines, open_captions
from tests.fixtures.chromium import Chromium
from tests.fixtures.stack import Stack
from tests.read_aloud import needs_recording, recording, word_error_rate

pytestmark = needs_recording

ENOUGH = 70  # words
COUNTED = """count => document.querySelector("[data-part=captions]").innerText.split(/\\s+/)
  .length > count"""


@pytest.fixture
def site(make_stack, prepared_home) -> Stack:
    return make_stack(prepared=prepared_home, CAPTIONS_ENGINE="moonshine").start()


@pytest.fixture
def join(site: Stack, chromium: Chromium):
    """Let a demo person join Ana's Space. If `reads`, their microphone plays a recording of
    speech."""
    url, keys = f"{site.url}/spaces/{site.shell(START)}/", Keys(site)

    def join(handle: str, *, reads: bool = False) -> RoomPage:
        page = chromium.open("about:blank", chromium.launch(recording() if reads else None))
        page.context.add_cookies([keys.of(handle)])
        page.add_init_script(NO_RECOGNITION)
        room = RoomPage(page, handle)
        room.prefer("rawMicrophone", "1")
        page.goto(url)
        room.enter()
        return room

    return join


def texts_of(page: Page) -> list[str]:
    """Return the final lines."""
    texts = page.locator("[data-part=captions] > li[data-line] [data-part=caption-text]")
    return texts.all_inner_texts()


def test_a_listener_reads_speech_until_the_speaker_withdraws_consent(join):
    ana, eve = join("ana", reads=True), join("eve")
    open_captions(eve)
    ana.unmute()
    expect(eve.page.get_by_text("What people say appears here.")).to_be_visible()
    caption_my_voice(ana)
    expect(eve.room.get_by_text("on this server").first).to_be_visible(timeout=PATIENCE)
    expect(lines(eve.page).first).to_have_text(re.compile("Ana"), timeout=PATIENCE)
    eve.page.wait_for_function(COUNTED, arg=ENOUGH, timeout=2 * PATIENCE)
    whole = texts_of(eve.page)[1:-1]  # the first and the last line may be incomplete
    assert word_error_rate(" ".join(whole)) <= 0.15

    ana.room.get_by_role("button", name="More").click()
    ana.page.get_by_role("button", name="Captions", exact=True).click()
    ana.page.get_by_role("switch", name="Caption my voice").click()
    expect(eve.page.locator("[data-part=captions] > [data-interim]")).to_have_count(0)
    before = texts_of(eve.page)
    expect(ana.room.locator("li[data-me]")).not_to_have_attribute("data-captioned", "")
    eve.page.wait_for_timeout(3_000)  # nothing more may arrive, which only time can show
    assert texts_of(eve.page) == before
