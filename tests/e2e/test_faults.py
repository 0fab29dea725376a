"""Processes are killed under a conversation: Ana hums 600 Hz, Eve listens, nobody clicks anything.

Deadlines are generous, since the machine is shared; the times are printed, and measured in bench/.
"""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.room_page import HEARD, RoomPage

TONE = 600  # Hz
BACK = 60_000  # ms
PACKETS = """async () => {
  const stats = await spacesRoom.session.call.peer.stats();
  const inbound = [...stats.values()].find(({ type }) => type === "inbound-rtp");
  return [inbound.packetsReceived, inbound.packetsLost];
}"""
PEER = "() => spacesRoom.session.call.peer?.name ?? ''"
HEARS_ANEW = """([before, tone, heard]) => {
  const { call } = spacesRoom.session;
  return call.up && call.peer.name !== before && spacesRoom.spectrum(tone)[0] > heard;
}"""
READY = "ready => spacesRoom.session.socket.ready === ready"


@pytest.fixture(autouse=True)
def lost_sockets_are_no_errors(chromium) -> Iterator[None]:
    """Chromium itself tells the console of each try to connect that failed."""
    yield
    chromium.errors[:] = [error for error in chromium.errors if "WebSocket" not in error]


@pytest.fixture
def conversation(come_in) -> tuple[RoomPage, RoomPage]:
    ana, eve = come_in("ana", tone=TONE), come_in("eve")
    ana.unmute()
    eve.wait_to_hear(TONE)
    return ana, eve


def test_a_killed_web_process_costs_no_packet_and_sockets_come_back(conversation, stack, tell):
    ana, eve = conversation
    peer, (received, lost) = eve.page.evaluate(PEER), eve.page.evaluate(PACKETS)
    killed = time.monotonic()
    stack.kill("web")
    for person in conversation:
        person.page.wait_for_function(READY, arg=False)
    for person in conversation:
        person.page.wait_for_function(READY, arg=True, timeout=BACK)
    tell(f"sockets back {time.monotonic() - killed:.1f} s after kill -9 of web")
    expect(eve.page.get_by_text("Reconnecting…")).to_be_hidden()
    ana.say("Nothing was missed")
    expect(eve.page.get_by_text("Nothing was missed")).to_be_visible(timeout=BACK)
    received_after, lost_after = eve.page.evaluate(PACKETS)
    assert (eve.page.evaluate(PEER), lost_after) == (peer, lost)
    assert received_after > received
    eve.wait_to_hear(TONE)


@pytest.mark.parametrize("victims", ["the node", "the node and its keeper"])
def test_after_a_killed_node_everybody_hears_again(conversation, stack, tell, victims):
    _, eve = conversation
    keeper = stack.children()["audio"]
    before = eve.page.evaluate(PEER)
    killed = time.monotonic()
    if victims == "the node and its keeper":
        os.kill(keeper, signal.SIGKILL)
    for node in children_of(keeper):
        os.kill(node, signal.SIGKILL)
    eve.page.wait_for_function(HEARS_ANEW, arg=[before, TONE, HEARD], timeout=BACK)
    tell(f"hearing again {time.monotonic() - killed:.1f} s after kill -9 of {victims}")


def test_a_node_that_hangs_is_told_of_at_once_and_forgotten_when_it_goes_on(conversation, stack):
    _, eve = conversation
    (node,) = children_of(stack.children()["audio"])
    notice = eve.page.get_by_text("Reconnecting…")
    os.kill(node, signal.SIGSTOP)
    try:
        expect(notice).to_be_visible(timeout=BACK)
    finally:
        os.kill(node, signal.SIGCONT)
    expect(notice).to_be_hidden(timeout=BACK)
    eve.wait_to_hear(TONE)


def test_a_killed_redis_costs_no_packet_and_the_room_goes_on(conversation, stack, tell):
    ana, eve = conversation
    peer, (_, lost) = eve.page.evaluate(PEER), eve.page.evaluate(PACKETS)
    killed = time.monotonic()
    stack.kill("redis")
    stack.wait_until_well()
    tell(f"all well {time.monotonic() - killed:.1f} s after kill -9 of redis")
    ana.say("Still here")
    expect(eve.page.get_by_text("Still here")).to_be_visible(timeout=BACK)
    assert (eve.page.evaluate(PEER), eve.page.evaluate(PACKETS)[1]) == (peer, lost)
    eve.wait_to_hear(TONE)


def children_of(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(pid) for pid in listed.split()]
