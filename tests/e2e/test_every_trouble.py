"""The room during moderation, at its end and in trouble: axe finds no problem in any state.

With PICTURES=folder in the environment there are screenshots too, as in test_every_state.py.
"""

from playwright.sync_api import expect

from tests.e2e.album import DESK, PHONE, open_more
from tests.e2e.room_page import PATIENCE
from tests.e2e.test_dock import browse_home, dock_of

NOTICES = "[...document.querySelectorAll('template[data-notice]')].map(each => each.dataset.notice)"
# States that take long to reach are set as the session would set them.
SAY = """code => {
  spacesRoom.notices.set("support", code);
  const left = document.querySelector("[data-part=banner] [data-part=away-left]");
  if (left) left.textContent = "42 seconds";
}"""
PRETEND = """microphone => {
  const {session} = spacesRoom;
  const silent = {value: false, configurable: true};
  if (microphone === "connecting") Object.defineProperty(session.call, "speaking", silent);
  else delete session.call.speaking;
  session.call.away = microphone === "away";
  session.call.microphoneProblem = microphone === "asking" ? "microphone-asking" : "";
  session.microphone.systemMuted = microphone === "system-muted";
  if (microphone === "system-muted") session.voice.systemMute.wait();
  session.render();
}"""


def test_states_of_moderation_and_the_end_are_accessible(album, join_space):
    ana, eve, cleo = join_space("ana"), join_space("eve"), join_space("cleo")
    ana.send_message("Good morning! What wakes your street?")
    eve.send_message("The bakery shutters: https://example.org/shutters")
    cleo.send_message("Buy my book")
    lines = ana.page.locator("li[data-message]")
    expect(lines).to_have_count(3, timeout=PATIENCE)
    album.check_chat(ana, "chat-host")
    lines.last.hover()
    lines.last.get_by_role("button", name="Delete this message").click()
    deleted = eve.page.locator("li[data-message][data-deleted]")
    expect(deleted).to_contain_text("Message deleted", timeout=PATIENCE)
    album.check_chat(eve, "chat-listener")
    ana.page.get_by_role("button", name="Slow mode and pause").click()
    album.check(ana.page, "chat-mode", DESK)
    ana.page.get_by_role("radio", name="30 s").check()
    expect(eve.page.get_by_text("Slow mode: one message in 30 s")).to_be_visible(timeout=PATIENCE)
    album.check_chat(eve, "chat-slow")
    ana.page.get_by_role("switch", name="Pause the chat").check()
    expect(eve.page.get_by_text("A host paused the chat")).to_be_visible(timeout=PATIENCE)
    album.check_chat(eve, "chat-paused")
    ana.close_sheet()
    open_more(ana, "Edit title, topics and guests")
    album.check(ana.page, "edit")
    ana.close_sheet()

    ana.choose("Remove from the Space", "Cleo")
    ana.page.get_by_role("dialog", name="Remove Cleo?").get_by_label("Why?").fill("Advertising")
    ana.page.get_by_role("button", name="Remove", exact=True).click()
    expect(cleo.root).to_have_attribute("data-phase", "refused", timeout=PATIENCE)
    album.check(cleo.page, "refused")
    ana.open_people()
    expect(ana.page.get_by_text("by Ana · Advertising")).to_be_visible(timeout=PATIENCE)
    album.check(ana.page, "people-host-removed")
    ana.page.get_by_role("button", name="Log").click()
    expect(ana.page.get_by_role("dialog", name="Moderation log")).to_be_visible(timeout=PATIENCE)
    album.check(ana.page, "log")
    ana.close_sheet()
    ana.close_sheet()
    dock = browse_home(eve)
    album.check(eve.page, "dock-listener")
    open_more(ana, "End for everyone")
    ana.page.get_by_role("dialog").get_by_role("button", name="End for everyone").click()
    expect(dock).to_contain_text("This Space has ended", timeout=PATIENCE)
    album.check(eve.page, "dock-over")
    eve.page.goto(cleo.page.url)
    album.check(eve.page, "ended-listener")
    eve.page.get_by_role("button", name="Good").click()
    expect(eve.page.get_by_role("heading", name="Thank you")).to_be_visible(timeout=PATIENCE)
    album.check(eve.page, "ended-thanks")
    eve.page.get_by_label("Anything to add?").fill("I heard my own street for the first time.")
    eve.page.get_by_role("button", name="Send").click()
    ana.page.reload()
    expect(ana.page.get_by_role("heading", name="What people said")).to_be_visible()
    album.check(ana.page, "ended-host")
    ana.page.context.clear_cookies()
    ana.page.reload()
    album.check(ana.page, "ended-stranger")
    assert album.problems == []


def test_notices_and_the_speakers_dock_are_accessible(album, join_space):
    ana = join_space("ana", tone=600)
    for code in ana.page.evaluate(NOTICES):
        ana.page.evaluate(SAY, code)
        album.check(ana.page, f"notice-{code}", PHONE, part="[data-part=banner]")
    album.check(ana.page, "notice", DESK)
    ana.page.evaluate(SAY, "")
    for microphone in ("connecting", "asking", "system-muted", "away"):
        ana.page.evaluate(PRETEND, microphone)
        expect(ana.root).to_have_attribute("data-microphone", microphone)
        album.check(ana.page, f"microphone-{microphone}", PHONE, part=".room-bar")
    ana.page.evaluate(PRETEND, "")
    browse_home(ana)
    album.check(ana.page, "dock-speaker")
    ana.page.evaluate(SAY, "moved")
    expect(dock_of(ana.page)).to_contain_text("Listen here")
    album.check(ana.page, "dock-away")
    ana.page.evaluate(SAY, "")
    dock_of(ana.page).get_by_role("button", name="Unmute your microphone").click()
    expect(dock_of(ana.page)).to_contain_text("You are speaking", timeout=PATIENCE)
    album.check(ana.page, "dock-speaker-talks")
    assert album.problems == []
