"""Calls on phones: the screen, keys on a headset, pages in the back/forward cache."""

from playwright.sync_api import expect

from tests.e2e.room_page import PATIENCE, SILENCE
from tests.fixtures.chromium import WHOLE

TONE = 600  # Hz
PHONE = {"width": 390, "height": 844}
# The left and right edges of the bar's buttons, from the first to the last.
BUTTONS = """
  [...document.querySelectorAll(".room-bar > :is(button, a)")]
    .filter(button => button.checkVisibility())
    .map(button => button.getBoundingClientRect())
    .map(({left, right}) => [Math.round(left), Math.round(right)])
"""
LOCKS = """
  window.locks = [];
  const request = WakeLock.prototype.request;
  WakeLock.prototype.request = async function (...kind) {
    const lock = await request.apply(this, kind);
    window.locks.push(lock);
    return lock;
  };
"""
HELD = "held => locks.filter(lock => !lock.released).length === held"
KEYS = """
  window.keys = {};
  const handle = MediaSession.prototype.setActionHandler;
  MediaSession.prototype.setActionHandler = function (key, handler) {
    window.keys[key] = handler;
    return handle.call(this, key, handler);
  };
"""
# Dispatch the browser's events, because a browser in a test seldom keeps a page with a call in its
# back/forward cache.
PUT_AWAY = "window.dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))"
BROUGHT_BACK = "window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
# Dispatch the browser's events of a telephone call.
MUTE_BY_SYSTEM = """muted => {
  const {track} = spacesRoom.session.microphone;
  Object.defineProperty(track, "muted", {value: muted, configurable: true});
  track.dispatchEvent(new Event(muted ? "mute" : "unmute"));
}"""


def test_the_screen_stays_on_while_a_speaker_looks_at_the_room(join_space):
    ana, eve = (join_space(name, WHOLE, scripts=[LOCKS]) for name in ("ana", "eve"))
    ana.page.wait_for_function(HELD, arg=1)
    ana.page.get_by_role("link", name="Minimise").click()
    ana.page.wait_for_function(HELD, arg=0)
    ana.page.go_back()
    ana.page.wait_for_function(HELD, arg=1)
    assert eve.page.evaluate("locks.length") == 0, "a listener's screen can turn off"


def test_a_headset_mutes_a_speaker_and_disconnects_a_listener(join_space):
    ana, eve = join_space("ana", tone=TONE, scripts=[KEYS]), join_space("eve", scripts=[KEYS])
    ana.unmute()
    eve.wait_to_hear(TONE)
    ana.page.evaluate("keys.pause()")
    expect(ana.root).to_have_attribute("data-microphone", "muted")
    eve.wait_for_silence(TONE)
    ana.page.evaluate("keys.togglemicrophone()")
    eve.wait_to_hear(TONE)

    ana.page.evaluate(MUTE_BY_SYSTEM, True)
    expect(ana.page.get_by_text("Your microphone was muted by the system")).to_be_visible()
    expect(eve.person("Ana")).to_have_attribute("data-muted", "true", timeout=PATIENCE)
    ana.page.evaluate(MUTE_BY_SYSTEM, False)
    expect(eve.person("Ana")).to_have_attribute("data-muted", "false", timeout=PATIENCE)
    eve.wait_to_hear(TONE)

    eve.page.evaluate("keys.pause()")
    expect(eve.root).to_have_attribute("data-phase", "preview")
    expect(ana.person("Eve")).to_be_hidden(timeout=PATIENCE)


def test_the_buttons_of_a_speaker_stay_in_place_when_they_unmute(join_space):
    ana = join_space("ana", WHOLE, tone=TONE, viewport=PHONE)
    muted = ana.page.evaluate(BUTTONS)
    ana.unmute()
    assert ana.page.evaluate(BUTTONS) == muted
    assert muted[0][0] == PHONE["width"] - muted[-1][1], "the margins are equal"
    ana.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert max(right for _, right in ana.page.evaluate(BUTTONS)) <= PHONE["width"]


def test_a_page_in_the_cache_is_silent_and_rejoins_by_itself(join_space):
    ana, eve = join_space("ana", tone=TONE), join_space("eve")
    ana.unmute()
    eve.wait_to_hear(TONE)
    eve.page.evaluate(PUT_AWAY)
    expect(ana.person("Eve")).to_be_hidden(timeout=PATIENCE)
    assert eve.spectrum(TONE) == [SILENCE]
    eve.page.evaluate(BROUGHT_BACK)
    eve.wait_for_sound()
    eve.wait_to_hear(TONE)
