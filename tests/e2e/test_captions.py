"""Captions: a speaker chooses them, and everyone reads along."""

import re
from itertools import product

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.album import OVERFLOW
from tests.e2e.room_page import PATIENCE, RoomPage
from tests.e2e.test_dock import browse_home

# Stands in for the recognition on the device that Chrome offers, but not on test machines. Tests
# call `recognize` with what was recognized.
RECOGNITION = """
class SpeechRecognition extends EventTarget {
  static available = async ({ processLocally }) => processLocally ? "available" : "unavailable";
  static install = async () => true;
  start(track) {
    if (!this.local || track.kind !== "audio") throw new Error("not on the device");
    window.recognizer = this;
    this.results = [];
    window.starts = (window.starts ?? 0) + 1;
  }
  abort() {
    window.recognizer = null;
    this.onend?.();
  }
}
Object.defineProperty(SpeechRecognition.prototype, "processLocally", {
  get() { return this.local ?? false; },
  set(value) { this.local = value; },
});
window.SpeechRecognition = SpeechRecognition;
window.recognize = (index, transcript, isFinal) => {
  const { recognizer } = window;
  if (!recognizer) return false;
  recognizer.results[index] = { isFinal, 0: { transcript } };
  recognizer.onresult({ resultIndex: index, results: recognizer.results });
  return true;
};
"""
# Headless Chromium ends the tab when a page asks whether the browser can recognize speech.
NO_RECOGNITION = "delete window.SpeechRecognition"
PHONE, ZOOMED = 640, 256  # px: the height of a small phone, and of a window at 400 %
LAST_WORD_IS_IN_VIEW = """words => {
  const range = document.createRange();
  range.setStart(words.firstChild, words.textContent.lastIndexOf("Goodbye"));
  range.setEnd(words.firstChild, words.textContent.length);
  const last = range.getBoundingClientRect();
  const box = words.closest("[data-part=dock-captions]").getBoundingClientRect();
  return last.top >= box.top - 1 && last.bottom <= box.bottom + 1 &&
    last.left >= box.left && last.right <= box.right && box.top >= 0;
}"""
# The page renders an event after the reader has scrolled, and before it receives the scroll event.
SCROLL_BACK = "scroller => { scroller.scrollTop = 0; spacesRoom.room.changed(); }"
RECOGNIZE = "([index, text, isFinal]) => recognize(index, text, isFinal)"


def lines(page: Page):
    return page.locator("[data-part=captions] > li")


def open_captions(person: RoomPage) -> None:
    person.room.get_by_role("button", name="CC: captions").click()
    expect(person.room.get_by_role("region", name="Captions")).to_be_visible()


def caption_my_voice(person: RoomPage) -> None:
    person.room.get_by_role("button", name="More").click()
    person.page.get_by_role("button", name="Captions", exact=True).click()
    person.page.get_by_role("switch", name="Caption my voice").click()
    expect(person.room.locator("li[data-me]")).to_have_attribute(
        "data-captioned", "", timeout=PATIENCE
    )
    person.close_sheet()


def test_a_listener_reads_the_words_that_a_speakers_browser_recognizes(join_space, chromium):
    ana, eve = join_space("ana", scripts=[RECOGNITION]), join_space("eve")
    caption_my_voice(ana)
    expect(eve.person("Ana").get_by_role("button", name=re.compile("captioned"))).to_be_visible(
        timeout=PATIENCE
    )
    expect(eve.room.get_by_text(re.compile("on .Ana.’s device")).first).to_be_visible()
    open_captions(eve)
    ana.unmute()
    ana.page.wait_for_function("() => window.recognizer", timeout=PATIENCE)

    ana.page.evaluate(RECOGNIZE, [0, "Good evening", False])
    expect(lines(eve.page)).to_have_text([re.compile("Good evening")], timeout=PATIENCE)
    expect(lines(eve.page)).to_have_attribute("data-interim", "")
    ana.page.evaluate(RECOGNIZE, [0, "Good evening, everyone.", True])
    ana.page.evaluate(RECOGNIZE, [1, "<b>Trams</b> first.", True])
    expect(lines(eve.page)).to_have_text(
        [re.compile(r"Ana.*Good evening, everyone\.", re.S), re.compile("<b>Trams</b> first.")],
        timeout=PATIENCE,
    )
    assert eve.page.locator("[data-part=captions] [data-interim]").count() == 0
    assert chromium.violations(eve.page, minor=True, part=":root") == []

    ana.mute()  # nothing is recognized while a microphone is off
    ana.page.wait_for_function("() => !window.recognizer", timeout=PATIENCE)
    ana.unmute()
    ana.page.wait_for_function("() => window.recognizer", timeout=PATIENCE)
    ana.room.get_by_role("button", name="More").click()
    ana.page.get_by_role("button", name="Captions", exact=True).click()
    ana.page.get_by_role("switch", name="Caption my voice").click()
    ana.page.wait_for_function("() => !window.recognizer", timeout=PATIENCE)
    expect(eve.person("Ana").get_by_role("button", name=re.compile("captioned"))).to_have_count(
        0, timeout=PATIENCE
    )


def test_a_captioner_writes_what_a_captioned_speaker_says(join_space):
    ana, eve = join_space("ana", scripts=[NO_RECOGNITION]), join_space("eve")
    ana.choose("Let them write captions", "Eve")
    ana.close_sheet()
    panel = eve.room.get_by_role("region", name="Captions")
    expect(panel.get_by_label("What they say")).to_be_visible(timeout=PATIENCE)
    expect(panel.get_by_label("Who says it")).to_have_text("Nobody is captioned yet")

    caption_my_voice(ana)
    expect(panel.get_by_label("Who says it")).to_have_text("Ana", timeout=PATIENCE)
    field = panel.get_by_label("What they say")
    field.fill("Good evening from the last tram.")
    field.press("Enter")
    expect(lines(eve.page)).to_have_text([re.compile("last tram")], timeout=PATIENCE)
    open_captions(ana)
    expect(lines(ana.page)).to_have_text([re.compile("last tram")])
    expect(ana.room.get_by_text(re.compile("by .Eve")).first).to_be_visible()
    ana.choose("Take back the right to write captions", "Eve")
    expect(field).to_be_hidden(timeout=PATIENCE)


def test_a_person_reads_captions_without_any_sound_and_is_counted(open_as, join_space, space_url):
    ana = join_space("ana")
    eve = open_as("eve", space_url)
    eve.page.get_by_role("button", name="Only read captions").click()
    expect(eve.root).to_have_attribute("data-phase", "room")
    expect(eve.room.get_by_role("region", name="Captions")).to_be_visible()
    expect(ana.person("Eve")).to_be_visible(timeout=PATIENCE)
    assert eve.page.evaluate("() => spacesRoom.session.call.wanted ?? null") is None
    banner = eve.page.locator("[data-part=banner]")
    expect(banner).to_contain_text("You’re reading without sound")

    eve.room.get_by_role("button", name="Captions settings").click()
    captions_only = eve.page.get_by_role("switch", name="Captions only")
    captions_only.click()
    eve.wait_for_sound()
    expect(banner).to_be_hidden()
    captions_only.click()
    eve.close_sheet()
    banner.get_by_role("button", name="Turn sound on").click()
    expect(banner).to_be_hidden()
    eve.wait_for_sound()


def test_a_host_asks_for_captions_in_the_panel_and_a_speaker_declines(join_space):
    ana, eve = join_space("ana", scripts=[NO_RECOGNITION]), join_space("eve")
    ana.invite("Eve")
    eve.accept()
    open_captions(ana)
    panel = ana.room.get_by_role("region", name="Captions")
    expect(panel).to_contain_text("Nobody on the stage has turned captions on.")
    panel.get_by_role("button", name="Ask everyone to caption their voice").click()
    banner = eve.page.locator("[data-part=banner]")
    expect(banner).to_contain_text("asks you to caption your voice", timeout=PATIENCE)
    expect(ana.page.locator("[data-part=banner]")).to_be_hidden()
    banner.get_by_role("button", name="Not now").click()
    expect(banner).to_be_hidden()
    assert eve.room.locator("li[data-captioned]").count() == 0

    caption_me = panel.get_by_role("button", name="Caption my voice")
    caption_me.click()
    expect(eve.room.locator("li[data-captioned]")).to_have_count(1, timeout=PATIENCE)
    expect(panel).to_contain_text("What people say appears here.")
    expect(caption_me).to_be_hidden()


def test_captions_settings_are_remembered_after_a_reload(join_space):
    eve = join_space("eve")
    open_captions(eve)
    panel = eve.room.get_by_role("region", name="Captions")
    eve.room.get_by_role("button", name="Captions settings").click()
    sheet = eve.page.get_by_role("dialog", name="Captions")
    sheet.get_by_label("Largest").check()
    sheet.get_by_role("switch", name="High contrast").click()
    announcer = eve.page.locator("[data-part=captions-announcer]")
    expect(announcer).to_have_attribute("aria-live", "off")
    sheet.get_by_role("switch", name="Announce to my screen reader").click()
    eve.page.reload()
    eve.wait_for_sound()
    expect(panel).to_be_visible()
    expect(panel).to_have_attribute("data-size", "huge")
    expect(panel).to_have_attribute("data-contrast", "")
    expect(announcer).to_have_attribute("aria-live", "polite")


def test_a_reader_who_scrolled_back_jumps_to_live_and_follows_in_larger_letters(join_space):
    ana, eve = join_space("ana", scripts=[RECOGNITION]), join_space("eve")
    caption_my_voice(ana)
    ana.unmute()
    ana.page.wait_for_function("() => window.recognizer", timeout=PATIENCE)
    open_captions(eve)
    for number in range(15):
        ana.page.evaluate(
            RECOGNIZE, [number, f"Line {number} of what I have to say tonight.", True]
        )
    expect(lines(eve.page)).to_have_count(15, timeout=PATIENCE)
    scroller = eve.page.get_by_role("group", name="What people say")
    jump = eve.room.get_by_role("button", name="Jump to live")
    expect(jump).to_be_hidden()
    scroller.evaluate(SCROLL_BACK)
    expect(jump).to_be_visible()
    ana.page.evaluate(RECOGNIZE, [15, "The newest.", True])
    expect(lines(eve.page)).to_have_count(16, timeout=PATIENCE)
    assert scroller.evaluate("scroller => scroller.scrollTop") == 0
    jump.click()
    expect(jump).to_be_hidden()
    expect(lines(eve.page).last).to_be_in_viewport()

    eve.room.get_by_role("button", name="Captions settings").click()
    eve.page.get_by_role("dialog", name="Captions").get_by_label("Largest").check()
    eve.close_sheet()
    expect(lines(eve.page).last).to_be_in_viewport(ratio=1)
    expect(jump).to_be_hidden()


def test_lines_can_be_read_corrected_and_withdrawn_after_the_end(join_space):
    ana, eve = join_space("ana", scripts=[RECOGNITION]), join_space("eve")
    caption_my_voice(ana)
    ana.unmute()
    ana.page.wait_for_function("() => window.recognizer", timeout=PATIENCE)
    open_captions(eve)
    for number, text in enumerate(["Good evening.", "The bakery opens at four."]):
        ana.page.evaluate(RECOGNIZE, [number, text, True])
    expect(lines(eve.page)).to_have_count(2, timeout=PATIENCE)
    ana.room.get_by_role("button", name="More").click()
    ana.page.get_by_role("button", name="End for everyone").click()
    ana.page.get_by_role("button", name="End for everyone").last.click()

    eve.page.get_by_role("link", name=re.compile("Read what was said")).click(timeout=PATIENCE)
    said = eve.page.locator(".transcript-words")
    expect(said).to_have_text(["Good evening.", "The bakery opens at four."])
    search = eve.page.get_by_role("searchbox", name="Search in what was said")
    search.fill("bakery")
    search.press("Enter")
    expect(said).to_have_text(["The bakery opens at four."])
    with eve.page.expect_download() as download:
        eve.page.get_by_role("link", name="WebVTT").click()
    assert "<v Ana>Good evening." in download.value.path().read_text()

    ana.page.get_by_role("link", name=re.compile("Read what was said")).click(timeout=PATIENCE)
    own = ana.page.locator("li[id^=line]").nth(1)
    own.get_by_text("Correct or withdraw").click()
    own.get_by_label("Words").fill("The bakery opens at five.")
    own.get_by_role("button", name="Save").click()
    expect(ana.page.locator(".transcript-words").nth(1)).to_have_text("The bakery opens at five.")
    own.get_by_text("Correct or withdraw").click()
    own.get_by_role("button", name="Withdraw").click()
    expect(ana.page.locator(".transcript-words")).to_have_text(["Good evening."])


def test_captions_continue_in_the_dock_and_have_the_same_switch(join_space):
    ana, eve = join_space("ana", scripts=[RECOGNITION]), join_space("eve")
    caption_my_voice(ana)
    ana.unmute()
    ana.page.wait_for_function("() => window.recognizer", timeout=PATIENCE)
    open_captions(eve)
    dock = browse_home(eve)
    shown = dock.get_by_role("listitem")
    switch = dock.get_by_role("button", name="CC: captions")
    expect(switch).to_have_attribute("aria-pressed", "true")
    ana.page.evaluate(RECOGNIZE, [0, "One.", True])
    ana.page.evaluate(RECOGNIZE, [1, "Two.", True])
    ana.page.evaluate(RECOGNIZE, [2, "And thr", False])
    expect(shown).to_have_text([re.compile("Two."), re.compile("And thr")], timeout=PATIENCE)
    expect(shown.last).to_have_attribute("data-interim", "")

    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    expect(shown).to_have_count(0)
    switch.click()
    ana.page.evaluate(RECOGNIZE, [2, "And three.", True])
    expect(shown).to_have_text([re.compile("Two."), re.compile("And three.")], timeout=PATIENCE)
    switch.click()
    eve.page.go_back()
    expect(eve.room.get_by_role("button", name="CC: captions")).to_have_attribute(
        "aria-pressed", "false"
    )
    expect(eve.room.get_by_role("region", name="Captions")).to_be_hidden()


def test_the_newest_words_are_in_view_in_a_small_dock(join_space, chromium):
    ana, eve = join_space("ana", scripts=[RECOGNITION]), join_space("eve")
    eve.prefer("captions.size", "huge")
    caption_my_voice(ana)
    ana.unmute()
    ana.page.wait_for_function("() => window.recognizer", timeout=PATIENCE)
    open_captions(eve)
    browse_home(eve)
    words = eve.page.locator("[data-part=dock] .caption-text")
    problems = []
    for number, (direction, height) in enumerate(product(["ltr", "rtl"], [PHONE, ZOOMED])):
        eve.page.set_viewport_size({"width": 320, "height": height})
        eve.page.evaluate("direction => document.documentElement.dir = direction", direction)
        text = "A long sentence about trams. " * 12 + f"Goodbye {number}."
        ana.page.evaluate(RECOGNIZE, [number, text, True])
        expect(words.last).to_have_text(re.compile(f"Goodbye {number}"), timeout=PATIENCE)
        state = f"{direction}, {height} px"
        if not words.last.evaluate(LAST_WORD_IS_IN_VIEW):
            problems.append(f"{state}: the last word is not in view")
        if over := eve.page.evaluate(OVERFLOW):
            problems.append(f"{state}: {over} px too wide")
        found = chromium.violations(eve.page, minor=True, part="[data-part=dock]")
        problems += [f"{state}: {each}" for each in found]
    assert problems == []


def test_after_a_reconnect_captions_continue_and_withdrawn_lines_are_gone(join_space, space_url):
    ana, eve = join_space("ana", scripts=[RECOGNITION]), join_space("eve")
    caption_my_voice(ana)
    ana.unmute()
    ana.page.wait_for_function("() => window.recognizer", timeout=PATIENCE)
    sockets: list[WebSocketRoute] = []
    is_cut = [False]

    def connect(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        if not is_cut[0]:  # a cut socket gets no answer; closing it in this function can hang
            socket.connect_to_server()

    eve.page.route_web_socket("**/ws/spaces/**", connect)
    eve.prefer("captions.announced", "1")
    eve.page.reload()
    eve.wait_for_sound()
    open_captions(eve)
    announcer = eve.page.locator("[data-part=captions-announcer]")
    for number, text in enumerate(["Kept.", "Withdrawn."]):
        ana.page.evaluate(RECOGNIZE, [number, text, True])
    expect(lines(eve.page)).to_have_count(2, timeout=PATIENCE)
    expect(announcer).to_have_text("Ana: Withdrawn.")

    is_cut[0] = True
    sockets[0].close(code=1012)
    expect(eve.page.get_by_text("Reconnecting…")).to_be_visible()
    ana.page.evaluate(RECOGNIZE, [2, "Missed.", True])
    transcript = ana.page.context.new_page()
    transcript.goto(f"{space_url}transcript/")
    line = transcript.locator("li[id^=line]").filter(has_text="Withdrawn.")
    line.get_by_text("Correct or withdraw").click()
    line.get_by_role("button", name="Withdraw").click()
    expect(line).to_have_count(0)
    is_cut[0] = False
    sockets[-1].close(code=1012)
    expect(lines(eve.page)).to_have_text(
        [re.compile(r"Kept\."), re.compile(r"Missed\.")], timeout=PATIENCE
    )
    expect(announcer).to_have_text("")
    ana.page.evaluate(RECOGNIZE, [3, "And no", False])
    expect(lines(eve.page).last).to_have_text(re.compile("And no"), timeout=PATIENCE)

    # A page that is too far behind gets a snapshot, in which withdrawn lines are missing.
    eve.page.evaluate(
        """() => {
          const {room} = spacesRoom;
          const captions = {...room.state.captions, lines: room.state.captions.lines.slice(1)};
          room.replace({...room.state, captions, interims: {}});
        }"""
    )
    expect(lines(eve.page)).to_have_text([re.compile(r"Missed\.")])


def test_the_keyboard_alone_is_enough_to_read_and_to_set_up_captions(join_space):
    ana, eve = join_space("ana", scripts=[RECOGNITION]), join_space("eve")
    caption_my_voice(ana)
    ana.unmute()
    ana.page.wait_for_function("() => window.recognizer", timeout=PATIENCE)
    page, panel = eve.page, eve.room.get_by_role("region", name="Captions")
    switch = eve.room.get_by_role("button", name="CC: captions")
    switch.focus()
    page.keyboard.press("Enter")
    expect(panel).to_be_visible()
    for number in range(15):
        ana.page.evaluate(RECOGNIZE, [number, f"Line {number} of what I have to say.", True])
    expect(lines(page)).to_have_count(15, timeout=PATIENCE)

    settings = panel.get_by_role("button", name="Captions settings")
    settings.focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog", name="Captions")
    expect(sheet).to_be_visible()
    size = sheet.get_by_label("Medium")
    size.focus()
    page.keyboard.press("ArrowRight")
    expect(panel).to_have_attribute("data-size", "large")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(settings).to_be_focused()

    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    scroller = page.get_by_role("group", name="What people say")
    expect(scroller).to_be_focused()
    page.keyboard.press("Home")
    jump = eve.room.get_by_role("button", name="Jump to live")
    expect(jump).to_be_visible()
    jump.focus()
    page.keyboard.press("Enter")
    expect(jump).to_be_hidden()
    expect(scroller).to_be_focused()
    close = panel.get_by_role("button", name="Close the captions")
    close.focus()
    page.keyboard.press("Enter")
    expect(panel).to_be_hidden()
    expect(switch).to_be_focused()
