"""A room whose page is older than the server: it is loaded again, but never in mid-sentence."""

import json

from playwright.sync_api import Page, WebSocketRoute, expect

from spaces.room.events import PROTOCOL
from tests.e2e.room_page import PATIENCE

UPDATED = "Spaces was updated"


class Update:
    """From the next load of the page on its server can be updated, which cuts the connection."""

    def __init__(self, page: Page) -> None:
        self.is_done = False
        self.loads = 0
        self._line: WebSocketRoute | None = None
        page.on("load", self._count)
        page.route_web_socket("**/ws/spaces/**", self._connect)

    def come(self) -> None:
        self.is_done = True
        assert self._line
        self._line.close(code=1012)

    def _count(self, page: Page) -> None:
        self.loads += 1

    def _connect(self, line: WebSocketRoute) -> None:
        self._line, server = line, line.connect_to_server()

        def pass_on(frame: str | bytes) -> None:
            told = json.loads(frame)
            if told["t"] == "hello" and self.is_done:
                told["protocol"] = PROTOCOL + 1
            line.send(json.dumps(told))

        server.on_message(pass_on)


def test_a_listeners_page_loads_itself_again_once_and_then_offers_it(come_in):
    eve = come_in("eve")
    update = Update(eve.page)
    eve.page.reload()
    eve.wait_for_sound()
    update.come()
    expect(eve.page.get_by_text(UPDATED)).to_be_visible(timeout=PATIENCE)
    assert update.loads == 2  # by this test, and by itself
    eve.wait_for_sound()


def test_who_is_on_the_stage_is_asked(come_in):
    ana = come_in("ana")
    update = Update(ana.page)
    ana.page.reload()
    ana.wait_for_sound()
    update.come()
    expect(ana.page.get_by_text(UPDATED)).to_be_visible(timeout=PATIENCE)
    assert update.loads == 1
    ana.page.get_by_role("button", name="Reload").click()
    ana.wait_for_sound()
    assert update.loads == 2


def test_what_somebody_writes_is_not_lost(come_in):
    ana, eve = come_in("ana"), come_in("eve")
    update = Update(eve.page)
    eve.page.reload()
    eve.wait_for_sound()
    field = eve.page.get_by_label("Your message")
    field.fill("Half a sen")
    update.come()
    expect(eve.page.get_by_text(UPDATED)).to_be_visible(timeout=PATIENCE)
    assert (field.input_value(), update.loads) == ("Half a sen", 1)
    field.fill("")
    with eve.page.expect_event("load"):
        ana.say("Something happens in the room")
    eve.wait_for_sound()
