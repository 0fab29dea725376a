"""Browsers that use only the relay connect through it; Ana sends a tone of 600 Hz."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.keys import Keys
from tests.fixtures.relay import SECRET, Relay
from tests.fixtures.stack import Stack

ANA = 600  # Hz
# Makes the browser use only the relay, over this transport.
RELAY_ONLY = """
  const byRelay = (given) => ({
    ...given,
    iceTransportPolicy: "relay",
    iceServers: (given.iceServers ?? []).map((server) => ({
      ...server, urls: server.urls.filter((url) => url.endsWith("transport=TRANSPORT")),
    })),
  });
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(given) { super(byRelay(given)); }
    setConfiguration(given) { super.setConfiguration(byRelay(given)); }
  };
"""
ROUTE = """async () => {
  const stats = await spacesRoom.session.call.peer.stats();
  const all = [...stats.values()];
  const { selectedCandidatePairId } = all.find(({ type }) => type === "transport");
  const local = stats.get(stats.get(selectedCandidatePairId).localCandidateId);
  return [local.candidateType, local.relayProtocol];
}"""


@pytest.fixture(scope="module")
def shared_stack(
    relay: Relay, tmp_path_factory: pytest.TempPathFactory, prepared_home: Path
) -> Iterator[Stack]:
    """A running copy of the site that is configured with the relay."""
    home = tmp_path_factory.mktemp("relayed")
    relayed = {"TURN_URLS": relay.urls, "TURN_SECRET": SECRET}
    running = Stack(home, prepared=prepared_home, **relayed).start()
    running.remember()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def keys(shared_stack: Stack) -> Keys:
    return Keys(shared_stack)


def by_relay(transport: str) -> list[str]:
    return [RELAY_ONLY.replace("TRANSPORT", transport)]


def test_people_hear_each_other_through_the_relay_over_tcp_and_udp(join_space):
    ana = join_space("ana", tone=ANA, scripts=by_relay("tcp"))
    eve = join_space("eve", scripts=by_relay("udp"))
    ana.unmute()
    eve.wait_to_hear(ANA)
    routes = [person.page.evaluate(ROUTE) for person in (ana, eve)]
    assert routes == [["relay", "tcp"], ["relay", "udp"]]
