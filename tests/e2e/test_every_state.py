"""The states of the room from the preview to a full Space: axe finds no problem in any of them.

With PICTURES=folder in the environment there are screenshots too: `<state>-<width>-<theme>.png`.
"""

import re

from playwright.sync_api import expect

from tests.e2e.album import DESK, open_more
from tests.e2e.conftest import SAY
from tests.e2e.crowd import CROWD
from tests.e2e.room_page import PATIENCE
from tests.e2e.test_captions import (
    RECOGNITION,
    RECOGNIZE,
    caption_my_voice,
    lines,
    open_captions,
)
from tests.e2e.test_dock import TAP_FIRST, browse_home, dock_of

ANA, EVE = 600, 800  # Hz
TOAST = """() => spacesRoom.notices.toast(
  "A host made you a listener. You still hear everyone.")"""


def test_states_before_the_sound_are_accessible(album, open_as, chromium, space_url, stack):
    open_as("ana", space_url).enter()
    eve = open_as("eve", space_url, TAP_FIRST)
    album.check(eve.page, "preview")
    stranger = chromium.open(space_url)
    album.check(stranger, "preview-signed-out")
    stranger.route("**/*.js", lambda route: route.abort())
    stranger.context.add_cookies(eve.page.context.cookies())
    stranger.reload()
    album.check(stranger, "no-script")
    stranger.close()
    eve.enter()
    eve.page.reload()
    expect(eve.page.get_by_role("button", name="Return to the Space").first).to_be_visible()
    album.check(eve.page, "preview-return")
    eve.page.goto(stack.url)
    expect(dock_of(eve.page)).to_contain_text("You were in this Space", timeout=PATIENCE)
    album.check(eve.page, "dock-return")
    assert album.problems == []


def test_states_from_listener_to_cohost_are_accessible(album, join_space):
    ana = join_space("ana", tone=ANA)
    album.check(ana.page, "host-alone")
    album.check_chat(ana, "chat-empty")
    open_more(ana)
    album.check(ana.page, "more-host")
    ana.close_sheet()

    eve, cleo = join_space("eve", tone=EVE), join_space("cleo")
    expect(ana.person("Cleo")).to_be_visible(timeout=PATIENCE)
    album.check(cleo.page, "listener")
    open_more(cleo)
    album.check(cleo.page, "more-listener")
    cleo.close_sheet()
    open_more(cleo, "Audio settings")
    album.check(cleo.page, "audio-listener")
    cleo.close_sheet()
    cleo.room.get_by_role("button", name="React").click()
    album.check(cleo.page, "reactions")
    cleo.page.get_by_role("button", name="💜").click()
    expect(ana.person("Cleo").get_by_text("💜")).to_have_count(1)
    album.check(ana.page, "reaction-flies", DESK)

    cleo.room.get_by_role("button", name="Request").click()
    album.check(cleo.page, "request-ask")
    cleo.close_sheet()
    cleo.ask_to_speak("How you record rain without the wind")
    album.check(cleo.page, "listener-asked")
    cleo.room.get_by_role("button", name="Requested").click()
    album.check(cleo.page, "request-waiting")
    cleo.close_sheet()
    expect(ana.room.get_by_role("button", name="People, 1 asking")).to_be_visible(timeout=PATIENCE)
    album.check(ana.page, "host-asked")
    ana.open_people()
    album.check(ana.page, "people-host-queue")
    ana.close_sheet()
    eve.open_people()
    album.check(eve.page, "people-listener")
    eve.close_sheet()

    ana.person("Eve").get_by_role("button").click()
    album.check(ana.page, "person-listener-by-host")
    ana.close_sheet()
    ana.person("Cleo").get_by_role("button").click()
    album.check(ana.page, "person-asker-by-host")
    ana.close_sheet()
    eve.person("Ana").get_by_role("button").click()
    album.check(eve.page, "person-by-listener")
    eve.close_sheet()

    ana.invite("Eve")
    expect(eve.page.get_by_role("dialog", name="invites you")).to_be_visible(timeout=PATIENCE)
    album.check(eve.page, "invitation-speaker")
    eve.close_sheet()
    album.check(eve.page, "listener-invited")
    ana.open_people()
    album.check(ana.page, "people-host-invited")
    ana.close_sheet()
    eve.room.get_by_role("button", name="Invited to the stage", exact=True).click()
    eve.accept()
    album.check(eve.page, "speaker-muted")
    eve.person("Eve").get_by_role("button").click()
    album.check(eve.page, "person-own-speaker")
    eve.close_sheet()

    eve.page.get_by_role("button", name="Raise your hand").click()
    expect(ana.person("Eve")).to_have_attribute("data-hand", "", timeout=PATIENCE)
    eve.unmute()
    ana.unmute()
    ana.wait_to_hear(EVE)
    for name in ("Ana", "Eve"):
        expect(eve.person(name)).to_have_attribute("data-talking", "", timeout=PATIENCE)
    album.check(eve.page, "speaker-talks")
    expect(ana.person("Ana")).to_have_attribute("data-talking", "", timeout=PATIENCE)
    album.check(ana.page, "host-talks")
    open_more(eve, "Audio settings")
    album.check(eve.page, "audio-speaker")
    eve.close_sheet()
    ana.person("Eve").get_by_role("button").click()
    album.check(ana.page, "person-speaker-by-host")
    ana.close_sheet()
    ana.open_people()
    album.check(ana.page, "people-host-talking")
    ana.page.get_by_role("button", name="Mute all").click()
    expect(eve.page.get_by_text("You were muted by a host")).to_be_visible(timeout=PATIENCE)
    album.check(eve.page, "speaker-muted-by-host")
    ana.page.get_by_role("switch", name="Lock microphones").check()
    expect(eve.page.get_by_text("Microphones are locked", exact=True)).to_be_visible()
    album.check(eve.page, "speaker-locked")
    album.check(ana.page, "people-host-locked")
    ana.page.get_by_role("switch", name="Lock microphones").uncheck()
    ana.close_sheet()
    eve.room.get_by_role("button", name="Leave").click()
    album.check(eve.page, "leave-speaker")
    eve.close_sheet()
    ana.room.get_by_role("button", name="Leave").click()
    album.check(ana.page, "leave-host-alone")
    ana.close_sheet()

    ana.choose("Make co-host", "Eve")
    ana.close_sheet()
    expect(eve.page.get_by_role("button", name="become co-host")).to_be_visible(timeout=PATIENCE)
    album.check(eve.page, "invitation-cohost")
    eve.become_cohost()
    album.check(eve.page, "cohost")
    eve.person("Eve").get_by_role("button").click()
    album.check(eve.page, "person-own-cohost")
    eve.close_sheet()
    eve.page.evaluate(TOAST)
    album.check(eve.page, "toast")
    expect(ana.person("Eve")).to_have_attribute("data-role", "cohost", timeout=PATIENCE)
    ana.person("Eve").get_by_role("button").click()
    album.check(ana.page, "person-cohost-by-host")
    ana.close_sheet()
    ana.room.get_by_role("button", name="Leave").click()
    album.check(ana.page, "leave-host")
    ana.page.get_by_role("button", name="End for everyone").click()
    album.check(ana.page, "confirm-end")
    assert album.problems == []


def test_states_of_a_full_space_are_accessible(album, open_as, stack):
    space_url = f"{stack.url}/spaces/{stack.shell(CROWD)}/"
    ana, eve = open_as("ana", space_url), open_as("eve", space_url)
    album.check(eve.page, "full-preview")
    ana.enter()
    eve.enter()
    album.check(eve.page, "full-listener")
    album.check_chat(eve, "full-chat")
    album.check(ana.page, "full-host")
    ana.open_people()
    album.check(ana.page, "full-people")
    ana.close_sheet()
    ana.person("Maximiliane").get_by_role("button").click()
    album.check(ana.page, "full-person")
    ana.page.get_by_role("button", name="Remove from the Space").click()
    album.check(ana.page, "full-remove")
    ana.close_sheet()
    ana.close_sheet()
    ana.room.get_by_role("button", name="Leave").click()
    album.check(ana.page, "full-leave")
    ana.close_sheet()
    browse_home(eve)
    album.check(eve.page, "full-dock")
    assert album.problems == []


def test_states_of_captions_are_accessible(album, join_space, stack):
    ana, eve = join_space("ana", scripts=[RECOGNITION]), join_space("eve")
    open_captions(eve)
    album.check(eve.page, "captions-empty")
    caption_my_voice(ana)
    ana.unmute()
    ana.page.wait_for_function("() => window.recognizer", timeout=PATIENCE)
    stack.shell(SAY.format(text="Good evening from the last tram. 🚋 Unterbrechungsfrei!"))
    for number, text in enumerate(
        ["العصافير أولا، ثم الخبز، ثم الترام.", "Rain on a tin roof " * 12]
    ):
        ana.page.evaluate(RECOGNIZE, [number, text, True])
    ana.page.evaluate(RECOGNIZE, [2, "And the first bakery", False])
    expect(lines(eve.page).last).to_have_text(re.compile("first bakery"), timeout=PATIENCE)
    album.check(eve.page, "captions-read")
    open_captions(ana)
    album.check(ana.page, "captions-host")
    ana.room.get_by_role("button", name="Captions settings").click()
    album.check(ana.page, "captions-sheet-host")
    ana.close_sheet()

    eve.room.get_by_role("button", name="Captions settings").click()
    sheet = eve.page.get_by_role("dialog", name="Captions")
    album.check(eve.page, "captions-sheet-listener")
    sheet.get_by_label("Largest").check()
    sheet.get_by_role("switch", name="High contrast").click()
    sheet.get_by_role("switch", name="More space between lines").click()
    eve.close_sheet()
    album.check(eve.page, "captions-largest")

    ana.choose("Let them write captions", "Eve")
    ana.close_sheet()
    expect(eve.room.get_by_label("What they say")).to_be_visible(timeout=PATIENCE)
    album.check(eve.page, "captions-captioner")
    browse_home(eve)
    album.check(eve.page, "captions-dock")
    assert album.problems == []
