"""A refused call is retried with growing pauses, and a notice gives the reason."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.fixtures.modules import NOW

pytestmark = pytest.mark.e2e
# Peer connections that never connect, and a server without HLS that refuses them as the test says.
CALL = """async (refuse) => {
  const {Call} = await import("/room/call/call.js");
  const {Microphone} = await import("/room/microphone/microphone.js");
  const {ReconnectingSocket} = await import("/lib/socket.js");
  const {Sound} = await import("/room/sound/sound.js");
  const {signal} = new AbortController();
  window.asked = [];
  window.said = [];
  window.refuse = refuse;
  const tell = (frame) => setTimeout(() => window.line.onmessage({data: JSON.stringify(frame)}));
  window.RTCPeerConnection = class extends EventTarget {
    async setRemoteDescription() {}
    async createAnswer() { return {type: "answer", sdp: ""}; }
    async setLocalDescription() {}
    close() {}
  };
  window.WebSocket = class {
    constructor() {
      window.line = this;
      tell({t: "hello"});
    }
    send(data) {
      const {t, ref} = JSON.parse(data);
      if (t === "beat") return tell({t});
      if (t === "hls") return tell({t: "reply", ref, code: "no_hls", message: ""});
      if (t !== "listen" && t !== "answer") return;
      const peer = `p${asked.length}`;
      if (t === "answer") tell({t: "peer_gone", peer, reason: window.refuse.gone});
      if (t === "answer") return tell({t: "reply", ref, peer});
      asked.push(performance.now());
      if (window.refuse.code) return tell({t: "reply", ref, code: window.refuse.code, message: ""});
      tell({t: "reply", ref, peer: `p${asked.length}`, sdp: ""});
    }
    close() {}
  };
  const sound = new Sound(signal);
  const microphone = new Microphone({context: () => null, signal});
  const socket = new ReconnectingSocket({
    path: "/ws/", signal, onLost: () => {}, onRefused: () => {},
    onReady: () => void call.want("listen"),
    onFrame: ({t, peer, reason}) => t === "peer_gone" && call.peerGone(peer, reason),
  });
  const call = new Call({
    socket, sound, microphone, library: refuse.library ?? "", signal, onChange: () => {},
    isVeryLarge: () => refuse.isVeryLarge ?? false,
    setNotice: (code) => said.at(-1) === code || said.push(code),
  });
  window.call = call;
  socket.open();
}"""
GAPS = "asked.slice(1).map((at, n) => at - asked[n])"


def run(page: Page, seconds: int) -> None:
    """Let time pass in small steps, so that the page's promises can settle between them."""
    for _ in range(seconds * 2):
        page.clock.run_for(500)


@pytest.mark.parametrize(
    ("refusal", "notice"),
    [
        ({"gone": "failed"}, "audio-failed"),
        ({"gone": "lost"}, "audio-failed"),
        ({"gone": "left"}, "audio-failed"),
        ({"gone": "full"}, "sound-full"),
        ({"code": "full"}, "sound-full"),
        ({"code": "full", "library": "/hls.js"}, "sound-full"),
        ({"code": "full", "library": "/hls.js", "isVeryLarge": True}, "sound-full"),
        ({"code": "no_node"}, "sound-away"),
    ],
    ids=str,
)
def test_a_refused_call_is_retried_with_growing_pauses_and_a_notice(
    open_module_page: Callable[..., Page], refusal: dict[str, str], notice: str
) -> None:
    page = open_module_page(clock=NOW)
    page.evaluate(CALL, refusal)
    run(page, 60)
    gaps = page.evaluate(GAPS)
    assert len(gaps) <= 12
    assert min(gaps) >= 500
    assert max(gaps) >= 8_000
    assert page.evaluate("said") == ["connecting", notice]

    asked = page.evaluate("asked.length")
    page.evaluate("void call.resume()")  # the button of the notice
    run(page, 1)
    assert page.evaluate("asked.length") >= asked + 1
    assert page.evaluate("said.slice(2)")[0] == "connecting"


@pytest.mark.parametrize("reason", ["removed", "ended", "signed_out", "moved"])
def test_a_call_that_is_over_is_not_retried(
    open_module_page: Callable[..., Page], reason: str
) -> None:
    page = open_module_page(clock=NOW)
    page.evaluate(CALL, {"gone": reason})
    run(page, 60)
    assert page.evaluate("asked.length") == 1
    assert page.evaluate("said.at(-1)") == ("moved" if reason == "moved" else "")


@pytest.mark.parametrize("library", ["", "/hls.js"])
def test_without_hls_a_network_that_blocks_the_sound_is_reported_at_once(
    open_module_page: Callable[..., Page], library: str
) -> None:
    page = open_module_page(clock=NOW)
    page.evaluate(CALL, {"gone": "network-blocked", "library": library})
    run(page, 60)
    assert page.evaluate("asked.length") == 1
    assert page.evaluate("said") == ["connecting", "network-blocked"]
