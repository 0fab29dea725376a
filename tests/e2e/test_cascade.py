"""A Space on two audio nodes, each of which is busy as soon as one person is connected."""

import time

import pytest

from tests.audio.ports import free_ports
from tests.e2e.conftest import START
from tests.e2e.keys import Keys
from tests.e2e.room_page import PATIENCE, RoomPage
from tests.fixtures.chromium import Chromium
from tests.fixtures.stack import Stack

ANA, EVE = 600, 1000  # Hz
OWN_TONE_BELOW = 50  # dB by which a person's own tone must be quieter than the other person's


@pytest.fixture
def site(make_stack, prepared_home) -> Stack:
    nodes = {"AUDIO_PROCESSES": "2", "AUDIO_PEERS_PER_NODE": "1", "AUDIO_PORT": str(free_ports(2))}
    return make_stack(prepared=prepared_home, **nodes).start()


@pytest.fixture
def join(site: Stack, chromium: Chromium):
    """Let a demo person join Ana's Space."""
    url, keys = f"{site.url}/spaces/{site.shell(START)}/", Keys(site)

    def join(handle: str, tone: int | None = None) -> RoomPage:
        page = chromium.open("about:blank", chromium.launch(chromium.tone(tone) if tone else None))
        page.context.add_cookies([keys.of(handle)])
        room = RoomPage(page, handle)
        room.prefer("debug", "1")
        room.prefer("rawMicrophone", "1" if tone else "")
        page.goto(url)
        room.enter()
        return room

    return join


def listeners_at_edges(site: Stack) -> list[float]:
    """Return the number of connections of each node that is an edge."""
    nodes = site.health()[1]["audio"]["nodes"].values()
    return [node["peers"] for node in nodes if node["edges"]]


def wait_for_listeners_at_edges(site: Stack, count: int) -> None:
    until = time.monotonic() + PATIENCE / 1000
    while sum(listeners_at_edges(site)) != count:
        assert time.monotonic() < until, site.health()
        time.sleep(0.1)


def test_a_listener_at_an_edge_hears_the_stage_and_then_joins_it(join, site):
    ana = join("ana", ANA)
    ana.unmute()
    eve = join("eve", EVE)
    eve.wait_to_hear(ANA)
    wait_for_listeners_at_edges(site, 1)

    ana.invite("Eve")
    eve.accept()
    eve.unmute()
    ana.wait_to_hear(EVE)
    eve.wait_to_hear(ANA)
    eve.wait_until_own_tone_is_quieter(other=ANA, own=EVE, by=OWN_TONE_BELOW)
    wait_for_listeners_at_edges(site, 0)
