"""The call goes on while one looks around: the dock, Back, a reload, another Space."""

from typing import NamedTuple

from playwright.sync_api import Locator, Page, expect

from tests.e2e.room_page import PATIENCE, RoomPage

ANA = 600  # Hz
TAP_FIRST = "--autoplay-policy=document-user-activation-required"
RECEIVED = """async () => {
  const {peer} = spacesRoom.session.call;
  for (const {type, packetsReceived, packetsLost} of (await peer.stats()).values())
    if (type === "inbound-rtp") return [peer.name, packetsReceived, packetsLost];
}"""


class Reception(NamedTuple):
    """What the page's connection has received, by the browser's own count."""

    peer: str
    packets: int
    lost: int

    @classmethod
    def of(cls, page: Page) -> "Reception":
        return cls(*page.evaluate(RECEIVED))


def dock_of(page: Page) -> Locator:
    return page.get_by_role("region", name="The Space you are in")


def browse_home(person: RoomPage) -> Locator:
    person.page.get_by_role("link", name="Minimise").click()
    dock = dock_of(person.page)
    expect(dock).to_be_visible(timeout=PATIENCE)
    return dock


def test_one_looks_around_without_losing_a_packet(come_in, space_url, stack):
    ana, eve = come_in("ana", tone=ANA), come_in("eve")
    ana.unmute()
    eve.wait_to_hear(ANA)
    page = eve.page
    before = Reception.of(page)

    dock = browse_home(eve)
    expect(dock).to_contain_text("What our cities sound like")
    expect(dock).to_contain_text("Ana is speaking", timeout=PATIENCE)
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

    after = Reception.of(page)
    assert (after.peer, after.lost) == (before.peer, before.lost) == (before.peer, 0)
    assert after.packets > before.packets
