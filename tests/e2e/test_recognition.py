"""The server recognizes a voice, and listeners read what the person says."""

import re
from datetime import UTC, datetime
from typing import Any

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
RECOGNIZER_RUNS = "() => spacesRoom.room.state.recognition === 'ok'"
COUNTED = """count => [...document.querySelectorAll("[data-part=captions] > li[data-line]")]
  .map(line => line.querySelector("[data-part=caption-text]").innerText)
  .join(" ").match(/[a-z']+/gi)?.length >= count"""
# Keep every text that reaches the page, also those that the page no longer shows.
KEEP_TEXTS = """() => {
  window.texts = [];
  spacesRoom.room.onEvent(event => {
    if (/caption$/.test(event.t) && event.text) texts.push(event);
  });
}"""
READS_ON = "() => spacesRoom.room.state.interims?.[spacesRoom.room.stage[0].person.id]"
HEARS_HER = "() => spacesRoom.session.sound.level() > 0.05"
BEGUN_AFTER = "moment => texts.find(({ start }) => new Date(start) >= new Date(moment))"


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
        room.prefer("debug", "1")
        room.prefer("rawMicrophone", "1")
        page.goto(url)
        room.enter()
        return room

    return join


def test_a_listener_reads_speech_until_the_speaker_withdraws_consent(join):
    ana, eve = join("ana", reads=True), join("eve")
    open_captions(eve)
    expect(eve.page.get_by_text("Nobody on the stage has turned captions on.")).to_be_visible()
    caption_my_voice(ana)
    expect(eve.room.get_by_text("on this server").first).to_be_visible(timeout=PATIENCE)
    eve.page.wait_for_function(RECOGNIZER_RUNS, timeout=PATIENCE)
    eve.page.evaluate(KEEP_TEXTS)
    ana.unmute()
    expect(lines(eve.page).first).to_have_text(re.compile("Ana"), timeout=PATIENCE)
    eve.page.wait_for_function(COUNTED, arg=ENOUGH, timeout=2 * PATIENCE)
    whole = texts_of(eve.page)[1:-1]  # the first and the last line may be incomplete
    assert word_error_rate(" ".join(whole)) <= 0.15

    ana.room.get_by_role("button", name="More").click()
    ana.page.get_by_role("button", name="Captions", exact=True).click()
    switch = ana.page.get_by_role("switch", name="Caption my voice")
    eve.page.wait_for_function(READS_ON, timeout=PATIENCE)  # in the middle of a sentence
    switch.click()
    expect(eve.person("Ana")).not_to_have_attribute("data-captioned", "", timeout=PATIENCE)
    off = now()
    expect(eve.page.locator("[data-part=captions] > [data-interim]")).to_have_count(0)
    eve.page.wait_for_function(HEARS_HER, timeout=PATIENCE)
    on = now()
    switch.click()
    # The recognizer reads in order, so it has read by then whatever it received before.
    eve.page.wait_for_function(BEGUN_AFTER, arg=on, timeout=PATIENCE)
    assert [text for text in eve.page.evaluate("texts") if is_said_between(off, on, text)] == []


def texts_of(page: Page) -> list[str]:
    """Return the final lines."""
    texts = page.locator("[data-part=captions] > li[data-line] [data-part=caption-text]")
    return texts.all_inner_texts()


def now() -> str:
    return datetime.now(UTC).isoformat()


def is_said_between(first: str, last: str, text: dict[str, Any]) -> bool:
    """Return whether words of this text may have been said between these moments. An interim text
    has no end."""
    began, ended = (moment_of(text.get(each, text["start"])) for each in ("start", "end"))
    return began < moment_of(last) and ended > moment_of(first)


def moment_of(text: str) -> datetime:
    return datetime.fromisoformat(text)
