"""A room's page that is older than the server is reloaded, but not while the person is busy."""

import json

from playwright.sync_api import Page, WebSocketRoute, expect

from spaces.room.events import PROTOCOL
from tests.e2e.room_page import PATIENCE

UPDATED = "Spaces was updated"


class Update:
    """Simulates an update of the server: `happen` closes the page's socket, and from then on the
    server announces a newer protocol. The page must be loaded after this object was created."""

    def __init__(self, page: Page) -> None:
        self.is_done = False
        self.loads = 0
        self._socket: WebSocketRoute | None = None
        page.on("load", self._count)
        page.route_web_socket("**/ws/spaces/**", self._connect)

    def happen(self) -> None:
        self.is_done = True
        assert self._socket
        self._socket.close(code=1012)

    def _count(self, page: Page) -> None:
        self.loads += 1

    def _connect(self, socket: WebSocketRoute) -> None:
        self._socket, server = socket, socket.connect_to_server()

        def pass_on(frame: str | bytes) -> None:
            event = json.loads(frame)
            if event["t"] == "hello" and self.is_done:
                event["protocol"] = PROTOCOL + 1
            socket.send(json.dumps(event))

        server.on_message(pass_on)


def test_a_listeners_page_reloads_itself_once_and_then_offers_a_reload(join_space):
    eve = join_space("eve")
    update = Update(eve.page)
    eve.page.reload()
    eve.wait_for_sound()
    with eve.page.expect_event("load", timeout=PATIENCE):  # the page reloads itself
        update.happen()
    expect(eve.page.get_by_text(UPDATED)).to_be_visible(timeout=PATIENCE)
    assert update.loads == 2
    eve.wait_for_sound()


def test_a_person_on_stage_is_asked_before_a_reload(join_space):
    ana = join_space("ana")
    update = Update(ana.page)
    ana.page.reload()
    ana.wait_for_sound()
    update.happen()
    expect(ana.page.get_by_text(UPDATED)).to_be_visible(timeout=PATIENCE)
    assert update.loads == 1
    ana.page.get_by_role("button", name="Reload").click()
    ana.wait_for_sound()
    assert update.loads == 2


def test_a_message_being_written_delays_the_reload(join_space):
    ana, eve = join_space("ana"), join_space("eve")
    update = Update(eve.page)
    eve.page.reload()
    eve.wait_for_sound()
    field = eve.page.get_by_label("Your message")
    field.fill("Half a sen")
    update.happen()
    expect(eve.page.get_by_text(UPDATED)).to_be_visible(timeout=PATIENCE)
    assert (field.input_value(), update.loads) == ("Half a sen", 1)
    field.fill("")
    with eve.page.expect_event("load"):
        ana.send_message("Something happens in the room")
    eve.wait_for_sound()
