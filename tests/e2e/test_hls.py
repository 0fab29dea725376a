"""Listeners who can't hear a Space live hear it as HLS; Ana sends a tone of 600 Hz."""

import json
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.album import DESK, PHONE
from tests.e2e.room_page import PATIENCE, RoomPage
from tests.e2e.test_dock import browse_home
from tests.e2e.test_room_trouble import NO_UDP
from tests.fixtures.chromium import WHOLE

ANA, EVE = 600, 1000  # Hz
LONG = 4 * PATIENCE  # ms; connecting without UDP takes 10 s, and the packager then has to start
BEHIND = "Sound is about 6 seconds behind"
# The page's data as with HLS_FROM=1.
FROM_ONE_LISTENER = """
  const {parse} = JSON;
  JSON.parse = (text) => {
    const value = parse(text);
    return value?.hls_from === 0 ? {...value, hls_from: 1} : value;
  };
"""
PLAYING = "() => spacesRoom.session.call.peer.element"
HAS_SECONDS_TO_PLAY = """element => {
  const {buffered, currentTime} = element;
  return buffered.length > 0 && buffered.end(buffered.length - 1) - currentTime > 3;
}"""


class FullNode:
    """Answers a page's requests for live sound as a node without room does, until `has_room`."""

    def __init__(self, page: Page) -> None:
        self.has_room = False
        page.route_web_socket("**/ws/spaces/**", self._connect)

    def _connect(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            frame = json.loads(message)
            if frame["t"] == "listen" and not self.has_room:
                refusal = {"t": "reply", "ref": frame["ref"], "code": "full", "message": "Full"}
                socket.send(json.dumps(refusal))
            else:
                server.send(message)

        socket.on_message(pass_on)


def wait_until_delayed(room: RoomPage, *, delayed: bool = True) -> None:
    state = "yes" if delayed else "no"
    expect(room.root).to_have_attribute("data-delayed", state, timeout=LONG)


@pytest.fixture
def join_full_node(open_as, space_url) -> Callable[..., tuple[RoomPage, FullNode]]:
    """Let a person join for whom the node has no room."""

    def join_full_node(handle: str, **options: object) -> tuple[RoomPage, FullNode]:
        room = open_as(handle, space_url, **options)
        node = FullNode(room.page)
        room.page.reload()  # only sockets of pages that open later are routed
        room.page.get_by_role("button", name="Start listening").click()
        wait_until_delayed(room)
        return room, node

    return join_full_node


def test_without_udp_a_listener_hears_the_space_some_seconds_later(
    open_as, join_space, space_url, stack, album, report_timing
):
    ana = join_space("ana", tone=ANA)
    ana.unmute()
    eve = open_as("eve", space_url, WHOLE, NO_UDP)
    eve.page.get_by_role("button", name="Start listening").click()
    wait_until_delayed(eve)
    expect(eve.page.get_by_text(BEHIND)).to_be_visible()
    eve.wait_to_hear(ANA)
    for device in (PHONE, DESK):
        album.check(eve.page, f"delayed at {device} px", device)
    assert album.problems == []

    ana.mute()
    muted = time.monotonic()
    eve.wait_for_silence(ANA)
    report_timing(f"a listener without UDP is {time.monotonic() - muted:.1f} s behind")
    eve.send_message("I hear you")
    expect(ana.page.get_by_text("I hear you")).to_be_visible(timeout=PATIENCE)

    stack.kill("hls")
    killed = time.monotonic()
    ana.unmute()
    eve.wait_to_hear(ANA)
    report_timing(f"new sound {time.monotonic() - killed:.1f} s after kill -9 of the packager")


def test_a_listener_without_room_on_the_node_gets_live_sound_to_speak(join_space, join_full_node):
    ana = join_space("ana", tone=ANA)
    ana.unmute()
    eve, node = join_full_node("eve", tone=EVE)
    eve.wait_to_hear(ANA)
    eve.page.get_by_role("button", name="Try live sound").click()
    expect(eve.page.get_by_text("Live sound still can’t reach you")).to_be_visible(timeout=PATIENCE)
    expect(eve.page.get_by_text(BEHIND)).to_be_visible()

    node.has_room = True
    eve.ask_to_speak()
    wait_until_delayed(eve, delayed=False)
    expect(eve.page.get_by_text(BEHIND)).to_be_hidden()
    eve.wait_to_hear(ANA)
    ana.choose("Let them speak", "Eve")
    eve.accept()
    eve.unmute()
    ana.wait_to_hear(EVE)


def test_a_new_listener_of_a_very_large_space_starts_with_delayed_sound(
    join_space, open_as, space_url
):
    ana, cleo = join_space("ana", tone=ANA), join_space("cleo")
    ana.unmute()
    eve = open_as("eve", space_url, scripts=[FROM_ONE_LISTENER])
    eve.page.get_by_role("button", name="Start listening").click()
    wait_until_delayed(eve)
    expect(eve.page.get_by_text("Very many people are listening")).to_be_visible()
    eve.wait_to_hear(ANA)
    expect(cleo.root).to_have_attribute("data-delayed", "no")
    eve.page.get_by_role("button", name="Try live sound").click()
    wait_until_delayed(eve, delayed=False)
    eve.wait_to_hear(ANA)


def test_delayed_sound_continues_in_the_dock_and_stops_at_a_removal_or_the_end(
    join_space, join_full_node
):
    ana = join_space("ana", tone=ANA)
    ana.unmute()
    (eve, _), (cleo, _) = join_full_node("eve"), join_full_node("cleo")
    heard = {room: room.page.evaluate_handle(PLAYING) for room in (eve, cleo)}
    for room in heard:
        room.wait_to_hear(ANA)
    dock = browse_home(cleo)
    expect(dock).to_contain_text("Ana is speaking", timeout=PATIENCE)
    cleo.wait_to_hear(ANA)
    cleo.page.go_back()
    expect(cleo.page.get_by_text(BEHIND)).to_be_visible(timeout=PATIENCE)
    assert heard[cleo].evaluate("element => element === (" + PLAYING + ")()") is True

    ana.choose("Remove from the Space", "Eve")
    ana.page.get_by_role("button", name="Remove", exact=True).click()
    expect(eve.root).to_have_attribute("data-phase", "refused", timeout=PATIENCE)
    assert heard[eve].evaluate("element => element.paused") is True
    assert heard[cleo].evaluate("element => element.paused") is False

    cleo.page.wait_for_function(HAS_SECONDS_TO_PLAY, arg=heard[cleo], timeout=PATIENCE)
    ana.page.get_by_role("button", name="More").click()
    ana.page.get_by_role("button", name="End for everyone").click()
    ana.page.get_by_role("dialog").get_by_role("button", name="End for everyone").click()
    expect(cleo.page.get_by_text("You’re hearing its last seconds")).to_be_visible(timeout=PATIENCE)
    assert heard[cleo].evaluate("element => element.paused") is False
    expect(cleo.root).to_have_attribute("data-phase", "ended", timeout=PATIENCE)
    assert heard[cleo].evaluate("element => element.paused") is True
