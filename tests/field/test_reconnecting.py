"""Problems of comparable systems with dead sockets, and with pages that reconnect together."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.fixtures.modules import NOW

pytestmark = pytest.mark.e2e
# Opens sockets to a simulated server. `window.server` says what the server does: whether it sends
# hello (`greets`) and answers heartbeats (`beats`), and after how many ms (`lives`) it closes each
# socket, and with which `code`.
PAGES = """async (pages) => {
  const {ReconnectingSocket} = await import("/lib/socket.js");
  window.opened = [];
  window.calls = [];
  window.sockets = [];
  window.WebSocket = class {
    constructor() {
      opened.push(performance.now());
      const {greets, lives, code} = window.server;
      const receive = (frame) => this.onmessage?.({data: JSON.stringify(frame)});
      if (greets) setTimeout(() => receive({t: "hello"}));
      if (lives) setTimeout(() => this.onclose?.({code}), lives);
      this.send = () => window.server.beats && setTimeout(() => receive({t: "beat"}));
    }
    close() {}
  };
  for (let page = 0; page < pages; page += 1) {
    const socket = new ReconnectingSocket({
      path: "/ws/", signal: new AbortController().signal, onFrame: () => {},
      onReady: () => calls.push("ready"), onRefused: () => {},
      onLost: (full, isLong) => calls.push(isLong ? "lost for long" : "lost"),
    });
    sockets.push(socket);
    socket.open();
  }
}"""
GAPS = "opened.slice(1).map((at, n) => at - opened[n])"
HEALTHY = {"greets": True, "beats": True}
DOWN = {"lives": 1, "code": 1006}


@pytest.fixture
def open_sockets(open_module_page: Callable[..., Page]) -> Callable[..., Page]:
    """Return a function that opens a page with `pages` sockets to a simulated `server`."""

    def open_sockets(server: dict[str, object], pages: int = 1) -> Page:
        page = open_module_page(clock=NOW)
        page.evaluate("(server) => void (window.server = server)", server)
        page.evaluate(PAGES, pages)
        return page

    return open_sockets


def change_server(page: Page, server: dict[str, object]) -> None:
    page.evaluate("(server) => void (window.server = server)", server)


def test_pages_that_lost_their_sockets_together_do_not_reconnect_together(
    open_sockets: Callable[..., Page],
) -> None:
    page = open_sockets({**HEALTHY, "lives": 60_000, "code": 1012}, pages=40)
    page.clock.run_for(61_000)
    back = page.evaluate("opened.slice(40)")
    assert len(back) == 40
    assert len(set(back)) > 20
    assert max(back) - min(back) > 100


def test_a_server_that_keeps_closing_sockets_gets_growing_pauses(
    open_sockets: Callable[..., Page],
) -> None:
    page = open_sockets({**HEALTHY, "lives": 10, "code": 1006})
    page.clock.run_for(60_000)
    gaps = page.evaluate(GAPS)
    assert len(gaps) <= 32
    assert min(gaps[3:]) >= 2_000

    change_server(page, {**HEALTHY, "lives": 15_000, "code": 1006})
    page.clock.run_for(47_000)
    assert page.evaluate(GAPS)[-1] <= 15_510, "after a long connection, the first pause is short"


def test_pauses_grow_while_a_server_is_down(
    open_sockets: Callable[..., Page],
) -> None:
    page = open_sockets(DOWN)
    page.clock.run_for(600_000)
    gaps = page.evaluate(GAPS)
    assert gaps[0] <= 510
    assert all(15_000 <= gap <= 30_010 for gap in gaps[8:])
    assert len(set(gaps[8:])) == len(gaps[8:]), (
        "pages that lost their sockets together must not retry together"
    )
    calls = page.evaluate("calls")
    assert calls[:3] == ["lost"] * 3
    assert set(calls[6:]) == {"lost for long"}, "then the page offers to retry at once"


@pytest.mark.parametrize("reason", ["window, 'online'", "document, 'visibilitychange'", "a tap"])
def test_a_returning_person_reconnects_at_once_after_a_long_outage(
    open_sockets: Callable[..., Page], reason: str
) -> None:
    page = open_sockets(DOWN)
    page.clock.run_for(600_000)
    before = page.evaluate("opened.length")
    change_server(page, HEALTHY)
    if reason == "a tap":
        page.evaluate("sockets[0].checkNow()")
    else:
        page.evaluate(f"((where, what) => void where.dispatchEvent(new Event(what)))({reason})")
    page.clock.run_for(10)
    assert page.evaluate("calls.at(-1)") == "ready"
    assert page.evaluate("opened.length") == before + 1


def test_pauses_are_short_again_after_a_reason_to_retry_at_once(
    open_sockets: Callable[..., Page],
) -> None:
    page = open_sockets(DOWN)
    page.clock.run_for(600_000)
    before = page.evaluate("opened.length")
    page.evaluate("sockets[0].checkNow()")
    page.clock.run_for(4_000)
    assert page.evaluate("opened.length") >= before + 3


def test_close_code_1013_makes_the_page_wait_longer(
    open_sockets: Callable[..., Page],
) -> None:
    page = open_sockets({"lives": 10, "code": 1013})
    page.clock.run_for(14_000)
    assert page.evaluate("opened.length") == 1
    page.clock.run_for(17_000)
    assert page.evaluate("opened.length") == 2


def test_a_laptop_that_slept_notices_its_dead_connection(
    open_sockets: Callable[..., Page],
) -> None:
    page = open_sockets(HEALTHY)
    page.clock.run_for(5_000)
    change_server(page, {})
    page.clock.fast_forward("02:00:00")  # asleep: due timers fire once, and late
    page.clock.run_for(21_000)
    assert page.evaluate("calls.slice(0, 2)") == ["ready", "lost"]
    change_server(page, HEALTHY)
    page.clock.run_for(25_000)
    assert page.evaluate("calls.at(-1)") == "ready"


def test_a_tab_in_the_background_keeps_its_connection(open_sockets: Callable[..., Page]) -> None:
    page = open_sockets(HEALTHY)
    for _ in range(10):  # Chromium runs the timers of hidden pages once a minute
        page.clock.fast_forward("01:00")
        page.clock.run_for(10)  # but messages from the server arrive at once
    assert page.evaluate("calls") == ["ready"]
    assert page.evaluate("opened.length") == 1


def test_a_browser_that_claims_to_be_offline_still_connects(
    open_sockets: Callable[..., Page],
) -> None:
    page = open_sockets({"lives": 10, "code": 1006})
    page.evaluate("void Object.defineProperty(navigator, 'onLine', {value: false})")
    page.evaluate("void window.dispatchEvent(new Event('offline'))")
    change_server(page, HEALTHY)
    page.clock.run_for(5_000)
    assert page.evaluate("calls.at(-1)") == "ready"


@pytest.mark.parametrize("code", [4401, 4403, 4404, 4409])
def test_a_page_that_was_refused_does_not_retry(
    open_sockets: Callable[..., Page], code: int
) -> None:
    page = open_sockets({"lives": 10, "code": code})
    page.clock.run_for(120_000)
    page.evaluate("void window.dispatchEvent(new Event('online'))")
    page.clock.run_for(120_000)
    assert page.evaluate("opened.length") == 1


def test_a_phone_that_was_put_away_while_connecting_connects_later(
    open_sockets: Callable[..., Page],
) -> None:
    page = open_sockets({})  # the server neither answers nor closes
    page.clock.run_for(500)
    change_server(page, HEALTHY)
    page.evaluate("void document.dispatchEvent(new Event('visibilitychange'))")
    page.clock.run_for(9_000)
    assert page.evaluate("calls") == ["lost", "ready"]
