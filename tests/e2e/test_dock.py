"""The call continues while a person browses: the dock, Back, a reload, another Space."""

from typing import NamedTuple

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import END
from tests.e2e.room_page import PATIENCE, SILENCE, RoomPage

ANA = 600  # Hz
DEMO_SPACE = """
print(Space.objects.live().exclude(host__handle="ana").first().get_absolute_url())
"""
TAP_FIRST = "--autoplay-policy=document-user-activation-required"
RECEIVED = """async () => {
  const {peer} = spacesRoom.session.call;
  for (const {type, packetsReceived, packetsLost} of (await peer.stats()).values())
    if (type === "inbound-rtp") return [peer.name, packetsReceived, packetsLost];
}"""
SOUNDS = "() => spacesRoom.session.sound.level() > 0.05"


class ReceiverStats(NamedTuple):
    """The browser's statistics of what the page's connection has received."""

    peer: str
    packets: int
    lost: int

    @classmethod
    def of(cls, page: Page) -> "ReceiverStats":
        return cls(*page.evaluate(RECEIVED))


def dock_of(page: Page) -> Locator:
    return page.get_by_role("region", name="The Space you are in")


def browse_home(person: RoomPage) -> Locator:
    person.page.get_by_role("link", name="Minimise").click()
    dock = dock_of(person.page)
    expect(dock).to_be_visible(timeout=PATIENCE)
    return dock


def test_no_packet_is_lost_during_browsing(join_space, space_url, stack):
    ana, eve = join_space("ana", tone=ANA), join_space("eve")
    ana.unmute()
    eve.wait_to_hear(ANA)
    page = eve.page
    before = ReceiverStats.of(page)

    dock = browse_home(eve)
    expect(dock).to_contain_text("What our cities sound like")
    expect(dock).to_contain_text("Ana is speaking", timeout=PATIENCE)
    assert page.evaluate("navigator.mediaSession.metadata.title") == "What our cities sound like"
    page.get_by_role("link", name="Profile").first.click()
    expect(page).to_have_url(stack.url + "/@eve/")
    eve.wait_to_hear(ANA)
    page.go_back()
    expect(page).to_have_url(stack.url + "/")
    expect(dock).to_be_visible()
    page.go_back()
    expect(page).to_have_url(space_url)
    expect(eve.root).to_have_attribute("data-phase", "room", timeout=PATIENCE)
    expect(eve.root).to_have_attribute("data-sound", "on")
    expect(dock).to_be_hidden()
    eve.wait_to_hear(ANA)

    after = ReceiverStats.of(page)
    assert (after.peer, after.lost) == (before.peer, before.lost) == (before.peer, 0)
    assert after.packets > before.packets


def test_a_reload_in_the_room_or_on_home_returns_to_the_call(join_space, space_url, stack):
    ana, eve = join_space("ana", tone=ANA), join_space("eve")
    ana.unmute()
    eve.page.reload()
    eve.wait_for_sound()
    eve.wait_to_hear(ANA)

    dock = browse_home(eve)
    eve.page.reload()
    expect(dock).to_contain_text("Ana is speaking", timeout=PATIENCE)
    dock.get_by_role("link").click()
    expect(eve.page).to_have_url(space_url)
    eve.wait_for_sound()
    eve.wait_to_hear(ANA)


def test_a_reload_offers_a_button_if_sound_needs_a_tap(join_space, space_url):
    eve = join_space("eve", TAP_FIRST)
    dock = browse_home(eve)
    eve.page.reload()
    expect(dock).to_contain_text("You were in this Space", timeout=PATIENCE)
    dock.get_by_role("button", name="Return to the Space").click()
    expect(dock).to_contain_text("Listening", timeout=PATIENCE)

    dock.get_by_role("link").click()
    eve.wait_for_sound()
    eve.page.reload()
    eve.page.get_by_role("button", name="Return to the Space").click()
    eve.wait_for_sound()


def test_people_can_leave_from_the_dock(join_space, space_url):
    ana, eve = join_space("ana", tone=ANA), join_space("eve")
    dock = browse_home(eve)
    expect(ana.person("Eve")).to_be_visible(timeout=PATIENCE)
    ana.invite("Eve")
    expect(dock).to_contain_text("Ana invites you to speak", timeout=PATIENCE)
    announcer = eve.page.locator("[data-part=dock-announcement]")
    expect(announcer).to_have_text("Ana invites you to speak")
    dock.get_by_role("button", name="Leave the Space").click()
    expect(dock).to_be_hidden()
    expect(ana.person("Eve")).to_be_hidden(timeout=PATIENCE)
    eve.page.reload()
    expect(eve.page.locator("main")).to_be_visible()
    expect(dock).to_be_hidden()

    dock = browse_home(ana)
    dock.get_by_role("button", name="Unmute your microphone").click()
    mute = dock.get_by_role("button", name="Mute your microphone", exact=True)
    expect(mute).to_be_visible()
    ana.page.keyboard.press("m")
    expect(mute).to_be_hidden()
    ana.page.keyboard.press("m")
    expect(mute).to_be_visible()
    dock.get_by_role("button", name="Leave the Space").click()
    expect(ana.page.get_by_role("dialog", name="Leave your Space?")).to_be_visible(timeout=PATIENCE)
    expect(ana.page).to_have_url(space_url)


def test_the_dock_shows_the_end_of_the_space_and_closes(join_space, stack):
    eve = join_space("eve")
    dock = browse_home(eve)
    stack.shell(END)
    expect(dock).to_contain_text("This Space has ended", timeout=PATIENCE)
    expect(dock).to_be_hidden(timeout=PATIENCE)
    eve.page.reload()
    expect(eve.page.locator("main")).to_be_visible()
    expect(dock).to_be_hidden()


def test_joining_another_space_leaves_the_first(join_space, stack):
    ana = join_space("ana", tone=ANA)
    dock = browse_home(ana)
    ana.page.locator(f"a[href='{stack.shell(DEMO_SPACE)}']").first.click()
    ana.page.get_by_role("button", name="Start listening").click()
    question = ana.page.get_by_role("dialog", name="Leave the stage?")
    expect(question).to_contain_text("What our cities sound like")
    question.get_by_role("button", name="Stay").click()
    expect(ana.root).to_have_attribute("data-phase", "preview")
    ana.page.get_by_role("button", name="Start listening").click()
    question.get_by_role("button", name="Leave and join").click()
    ana.wait_for_sound()
    ana.page.wait_for_function(SOUNDS, timeout=PATIENCE)  # the soundscape, as nobody else is there
    expect(dock).to_be_hidden()
    dock = browse_home(ana)
    expect(dock).not_to_contain_text("What our cities sound like")


def test_sound_moves_to_another_device_and_the_person_counts_once(join_space):
    ana, eve = join_space("ana", tone=ANA), join_space("eve")
    ana.unmute()
    dock = browse_home(eve)
    phone = join_space("eve")
    phone.wait_to_hear(ANA)
    expect(dock).to_contain_text("The sound moved", timeout=PATIENCE)
    assert eve.spectrum(ANA) == [SILENCE]
    expect(ana.page.locator("[data-part=room] [data-part=listening]")).to_have_text("1")

    dock.get_by_role("button", name="Listen here").click()
    eve.wait_to_hear(ANA)
    expect(phone.page.get_by_text("The sound moved to another tab or device")).to_be_visible()


def test_the_dock_is_accessible(join_space, chromium):
    ana = join_space("ana", tone=ANA)
    browse_home(ana)
    assert chromium.violations(ana.page) == []


def test_signing_out_leaves_the_room(join_space):
    ana, eve = join_space("ana", tone=ANA), join_space("eve")
    expect(ana.person("Eve")).to_be_visible(timeout=PATIENCE)
    dock = browse_home(eve)
    eve.page.goto(eve.page.url + "accounts/logout/")
    eve.page.locator("main").get_by_role("button", name="Sign out").click()
    expect(eve.page.get_by_role("link", name="Sign in").first).to_be_visible(timeout=PATIENCE)
    expect(dock).to_be_hidden()
    expect(ana.person("Eve")).to_be_hidden(timeout=PATIENCE)
