"""Processes are killed or hang during a call in which Ana sends a tone and Eve listens.

Everything must recover without a click. Deadlines are generous, because the machine is shared. The
tests only print how long a recovery took; bench/faults.py measures it.
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
RECOVERY_TIMEOUT = 60_000  # ms
PACKETS = """async () => {
  const stats = await spacesRoom.session.call.peer.stats();
  const inbound = [...stats.values()].find(({ type }) => type === "inbound-rtp");
  return [inbound.packetsReceived, inbound.packetsLost];
}"""
PEER = "() => spacesRoom.session.call.peer?.name ?? ''"
HEARS_AGAIN = """([before, tone, heard]) => {
  const { call } = spacesRoom.session;
  return call.up && call.peer.name !== before && spacesRoom.spectrum(tone)[0] > heard;
}"""
READY = "ready => spacesRoom.session.socket.ready === ready"


@pytest.fixture(autouse=True)
def ignore_errors_of_lost_sockets(chromium) -> Iterator[None]:
    """Chromium itself writes each failed connection attempt to the console."""
    yield
    chromium.errors[:] = [error for error in chromium.errors if "WebSocket" not in error]


@pytest.fixture
def conversation(join_space) -> tuple[RoomPage, RoomPage]:
    ana, eve = join_space("ana", tone=TONE), join_space("eve")
    ana.unmute()
    eve.wait_to_hear(TONE)
    return ana, eve


def test_no_packet_is_lost_and_sockets_reconnect_after_the_web_process_is_killed(
    conversation, stack, report_timing
):
    ana, eve = conversation
    peer, (received, lost) = eve.page.evaluate(PEER), eve.page.evaluate(PACKETS)
    killed = time.monotonic()
    stack.kill("web")
    for person in conversation:
        person.page.wait_for_function(READY, arg=False)
    for person in conversation:
        person.page.wait_for_function(READY, arg=True, timeout=RECOVERY_TIMEOUT)
    report_timing(f"sockets back {time.monotonic() - killed:.1f} s after kill -9 of web")
    expect(eve.page.get_by_text("Reconnecting…")).to_be_hidden()
    ana.send_message("Nothing was missed")
    expect(eve.page.get_by_text("Nothing was missed")).to_be_visible(timeout=RECOVERY_TIMEOUT)
    received_after, lost_after = eve.page.evaluate(PACKETS)
    assert (eve.page.evaluate(PEER), lost_after) == (peer, lost)
    assert received_after > received
    eve.wait_to_hear(TONE)


@pytest.mark.parametrize("victims", ["the node", "the node and its parent"])
def test_sound_comes_back_after_a_node_is_killed(conversation, stack, report_timing, victims):
    _, eve = conversation
    parent_pid = stack.children()["audio"]
    before = eve.page.evaluate(PEER)
    killed = time.monotonic()
    if victims == "the node and its parent":
        os.kill(parent_pid, signal.SIGKILL)
    for node in children_of(parent_pid):
        os.kill(node, signal.SIGKILL)
    eve.page.wait_for_function(HEARS_AGAIN, arg=[before, TONE, HEARD], timeout=RECOVERY_TIMEOUT)
    report_timing(f"hearing again {time.monotonic() - killed:.1f} s after kill -9 of {victims}")


def test_a_notice_is_shown_while_the_node_hangs(conversation, stack):
    _, eve = conversation
    (node,) = children_of(stack.children()["audio"])
    notice = eve.page.get_by_text("Reconnecting…")
    os.kill(node, signal.SIGSTOP)
    try:
        expect(notice).to_be_visible(timeout=RECOVERY_TIMEOUT)
    finally:
        os.kill(node, signal.SIGCONT)
    expect(notice).to_be_hidden(timeout=RECOVERY_TIMEOUT)
    eve.wait_to_hear(TONE)


def test_no_packet_is_lost_and_the_room_recovers_after_redis_is_killed(
    conversation, stack, report_timing
):
    ana, eve = conversation
    peer, (_, lost) = eve.page.evaluate(PEER), eve.page.evaluate(PACKETS)
    killed = time.monotonic()
    stack.kill("redis")
    stack.wait_until_healthy()
    report_timing(f"all healthy {time.monotonic() - killed:.1f} s after kill -9 of redis")
    ana.send_message("Still here")
    expect(eve.page.get_by_text("Still here")).to_be_visible(timeout=RECOVERY_TIMEOUT)
    assert (eve.page.evaluate(PEER), eve.page.evaluate(PACKETS)[1]) == (peer, lost)
    eve.wait_to_hear(TONE)


def children_of(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(pid) for pid in listed.split()]
