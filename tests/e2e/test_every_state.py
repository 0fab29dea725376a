"""The room in every state, from the preview to a full house: axe finds nothing in any of them.

With PICTURES=folder in the environment there are pictures too: `<state>-<width>-<theme>.png`.
"""

from playwright.sync_api import expect

from tests.e2e.album import DESK, open_more
from tests.e2e.conftest import CLEAR
from tests.e2e.crowd import CROWD
from tests.e2e.room_page import PATIENCE
from tests.e2e.test_dock import TAP_FIRST, browse_home, dock_of

ANA, EVE = 600, 800  # Hz
TOAST = """() => spacesRoom.notices.toast(
  "A host moved you to the listeners. You still hear everyone.")"""


def test_before_the_sound(album, approach, chromium, space_url, stack):
    approach("ana", space_url).enter()
    eve = approach("eve", space_url, TAP_FIRST)
    album.look(eve.page, "preview")
    stranger = chromium.open(space_url)
    album.look(stranger, "preview-signed-out")
    stranger.route("**/*.js", lambda route: route.abort())
    stranger.context.add_cookies(eve.page.context.cookies())
    stranger.reload()
    album.look(stranger, "no-script")
    stranger.close()
    eve.enter()
    eve.page.reload()
    expect(eve.page.get_by_role("button", name="Return to the Space").first).to_be_visible()
    album.look(eve.page, "preview-return")
    eve.page.goto(stack.url)
    expect(dock_of(eve.page)).to_contain_text("You were in this Space", timeout=PATIENCE)
    album.look(eve.page, "dock-return")
    assert album.complaints == []


def test_from_listener_to_cohost(album, come_in):
    ana = come_in("ana", tone=ANA)
    album.look(ana.page, "host-alone")
    album.look_into_chat(ana, "chat-empty")
    open_more(ana)
    album.look(ana.page, "more-host")
    ana.close_sheet()

    eve, cleo = come_in("eve", tone=EVE), come_in("cleo")
    expect(ana.person("Cleo")).to_be_visible(timeout=PATIENCE)
    album.look(cleo.page, "listener")
    open_more(cleo)
    album.look(cleo.page, "more-listener")
    cleo.close_sheet()
    open_more(cleo, "Audio settings")
    album.look(cleo.page, "audio-listener")
    cleo.close_sheet()
    cleo.room.get_by_role("button", name="React").click()
    album.look(cleo.page, "reactions")
    cleo.page.get_by_role("button", name="💜").click()
    expect(ana.person("Cleo").get_by_text("💜")).to_have_count(1)
    album.look(ana.page, "reaction-flies", DESK)

    cleo.room.get_by_role("button", name="Request").click()
    album.look(cleo.page, "request-ask")
    cleo.close_sheet()
    cleo.ask_to_speak("How you record rain without the wind")
    album.look(cleo.page, "listener-asked")
    cleo.room.get_by_role("button", name="Requested").click()
    album.look(cleo.page, "request-waiting")
    cleo.close_sheet()
    expect(ana.room.get_by_role("button", name="People, 1 asking")).to_be_visible(timeout=PATIENCE)
    album.look(ana.page, "host-asked")
    ana.open_people()
    album.look(ana.page, "people-host-queue")
    ana.close_sheet()
    eve.open_people()
    album.look(eve.page, "people-listener")
    eve.close_sheet()

    ana.person("Eve").get_by_role("button").click()
    album.look(ana.page, "person-listener-by-host")
    ana.close_sheet()
    ana.person("Cleo").get_by_role("button").click()
    album.look(ana.page, "person-asker-by-host")
    ana.close_sheet()
    eve.person("Ana").get_by_role("button").click()
    album.look(eve.page, "person-by-listener")
    eve.close_sheet()

    ana.invite("Eve")
    expect(eve.page.get_by_role("dialog", name="invites you")).to_be_visible(timeout=PATIENCE)
    album.look(eve.page, "invitation-speaker")
    eve.close_sheet()
    album.look(eve.page, "listener-invited")
    ana.open_people()
    album.look(ana.page, "people-host-invited")
    ana.close_sheet()
    eve.room.get_by_role("button", name="Invited to speak", exact=True).click()
    eve.accept()
    album.look(eve.page, "speaker-muted")
    eve.person("Eve").get_by_role("button").click()
    album.look(eve.page, "person-own-speaker")
    eve.close_sheet()

    eve.page.get_by_role("button", name="Raise your hand").click()
    expect(ana.person("Eve")).to_have_attribute("data-hand", "", timeout=PATIENCE)
    eve.unmute()
    ana.unmute()
    ana.wait_to_hear(EVE)
    for name in ("Ana", "Eve"):
        expect(eve.person(name)).to_have_attribute("data-talking", "", timeout=PATIENCE)
    album.look(eve.page, "speaker-talks")
    expect(ana.person("Ana")).to_have_attribute("data-talking", "", timeout=PATIENCE)
    album.look(ana.page, "host-talks")
    open_more(eve, "Audio settings")
    album.look(eve.page, "audio-speaker")
    eve.close_sheet()
    ana.person("Eve").get_by_role("button").click()
    album.look(ana.page, "person-speaker-by-host")
    ana.close_sheet()
    ana.open_people()
    album.look(ana.page, "people-host-talking")
    ana.page.get_by_role("button", name="Mute all").click()
    expect(eve.page.get_by_text("You were muted by the host")).to_be_visible(timeout=PATIENCE)
    album.look(eve.page, "speaker-muted-by-host")
    ana.page.get_by_role("switch", name="Lock microphones").check()
    expect(eve.page.get_by_text("Microphones are locked", exact=True)).to_be_visible()
    album.look(eve.page, "speaker-locked")
    album.look(ana.page, "people-host-locked")
    ana.page.get_by_role("switch", name="Lock microphones").uncheck()
    ana.close_sheet()
    eve.room.get_by_role("button", name="Leave").click()
    album.look(eve.page, "leave-speaker")
    eve.close_sheet()
    ana.room.get_by_role("button", name="Leave").click()
    album.look(ana.page, "leave-host-alone")
    ana.close_sheet()

    ana.choose("Make co-host", "Eve")
    ana.close_sheet()
    expect(eve.page.get_by_role("button", name="become co-host")).to_be_visible(timeout=PATIENCE)
    album.look(eve.page, "invitation-cohost")
    eve.become_cohost()
    album.look(eve.page, "cohost")
    eve.person("Eve").get_by_role("button").click()
    album.look(eve.page, "person-own-cohost")
    eve.close_sheet()
    eve.page.evaluate(TOAST)
    album.look(eve.page, "toast")
    expect(ana.person("Eve")).to_have_attribute("data-role", "cohost", timeout=PATIENCE)
    ana.person("Eve").get_by_role("button").click()
    album.look(ana.page, "person-cohost-by-host")
    ana.close_sheet()
    ana.room.get_by_role("button", name="Leave").click()
    album.look(ana.page, "leave-host")
    ana.page.get_by_role("button", name="End for everyone").click()
    album.look(ana.page, "confirm-end")
    assert album.complaints == []


def test_a_full_house(album, approach, stack):
    space_url = f"{stack.url}/spaces/{stack.shell(CLEAR + CROWD)}/"
    ana, eve = approach("ana", space_url), approach("eve", space_url)
    album.look(eve.page, "full-preview")
    ana.enter()
    eve.enter()
    album.look(eve.page, "full-listener")
    album.look_into_chat(eve, "full-chat")
    album.look(ana.page, "full-host")
    ana.open_people()
    album.look(ana.page, "full-people")
    ana.close_sheet()
    ana.person("Maximiliane").get_by_role("button").click()
    album.look(ana.page, "full-person")
    ana.page.get_by_role("button", name="Remove from the Space").click()
    album.look(ana.page, "full-remove")
    ana.close_sheet()
    ana.close_sheet()
    ana.room.get_by_role("button", name="Leave").click()
    album.look(ana.page, "full-leave")
    ana.close_sheet()
    browse_home(eve)
    album.look(eve.page, "full-dock")
    assert album.complaints == []
