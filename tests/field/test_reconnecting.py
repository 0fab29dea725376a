"""Sockets that died, or that many pages lost at once, as people met them in comparable systems."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.fixtures.modules import NOW

pytestmark = pytest.mark.e2e
# A server that treats each socket as `window.server` says: it greets it, answers its beats, and
# cuts it with `code` once it has lived for `lives` ms.
PAGES = """async (pages) => {
  const {RoomSocket} = await import("/lib/socket.js");
  window.opened = [];
  window.told = [];
  window.sockets = [];
  window.WebSocket = class {
    constructor() {
      opened.push(performance.now());
      const {greets, lives, code} = window.server;
      const say = (frame) => this.onmessage?.({data: JSON.stringify(frame)});
      if (greets) setTimeout(() => say({t: "hello"}));
      if (lives) setTimeout(() => this.onclose?.({code}), lives);
      this.send = () => window.server.beats && setTimeout(() => say({t: "beat"}));
    }
    close() {}
  };
  for (let page = 0; page < pages; page += 1) {
    const socket = new RoomSocket({
      path: "/ws/", signal: new AbortController().signal, onFrame: () => {},
      onReady: () => told.push("ready"), onRefused: () => {},
      onLost: (full, isLong) => told.push(isLong ? "lost for long" : "lost"),
    });
    sockets.push(socket);
    socket.open();
  }
}"""
GAPS = "opened.slice(1).map((at, n) => at - opened[n])"
WELL = {"greets": True, "beats": True}
AWAY = {"lives": 1, "code": 1006}


@pytest.fixture
def open_sockets(open_module_page: Callable[..., Page]) -> Callable[..., Page]:
    """A page that opens so many sockets to a server that does so."""

    def open_sockets(server: dict[str, object], pages: int = 1) -> Page:
        page = open_module_page(clock=NOW)
        page.evaluate("(server) => void (window.server = server)", server)
        page.evaluate(PAGES, pages)
        return page

    return open_sockets


def become(page: Page, server: dict[str, object]) -> None:
    page.evaluate("(server) => void (window.server = server)", server)


def test_pages_that_a_server_cut_in_one_moment_do_not_come_back_in_one(
    open_sockets: Callable[..., Page],
) -> None:
    page = open_sockets({**WELL, "lives": 60_000, "code": 1012}, pages=40)
    page.clock.run_for(61_000)
    back = page.evaluate("opened.slice(40)")
    assert len(back) == 40
    assert len(set(back)) > 20
    assert max(back) - min(back) > 100


def test_a_server_that_greets_and_cuts_is_not_asked_ever_faster(
    open_sockets: Callable[..., Page],
) -> None:
    page = open_sockets({**WELL, "lives": 10, "code": 1006})
    page.clock.run_for(60_000)
    gaps = page.evaluate(GAPS)
    assert len(gaps) <= 32
    assert min(gaps[3:]) >= 2_000

    become(page, {**WELL, "lives": 15_000, "code": 1006})
    page.clock.run_for(47_000)
    assert page.evaluate(GAPS)[-1] <= 15_510, "after a line that lasted, a loss is a first one"


def test_a_server_that_is_away_for_long_is_asked_ever_less_often(
    open_sockets: Callable[..., Page],
) -> None:
    page = open_sockets(AWAY)
    page.clock.run_for(600_000)
    gaps = page.evaluate(GAPS)
    assert gaps[0] <= 510
    assert all(15_000 <= gap <= 30_010 for gap in gaps[8:])
    assert len(set(gaps[8:])) == len(gaps[8:]), "pages that lost it together do not ask together"
    told = page.evaluate("told")
    assert told[:3] == ["lost"] * 3
    assert set(told[6:]) == {"lost for long"}, "then the page offers to try at once"


@pytest.mark.parametrize("reason", ["window, 'online'", "document, 'visibilitychange'", "a tap"])
def test_who_comes_back_after_a_long_outage_does_not_wait(
    open_sockets: Callable[..., Page], reason: str
) -> None:
    page = open_sockets(AWAY)
    page.clock.run_for(600_000)
    became = page.evaluate("opened.length")
    become(page, WELL)
    if reason == "a tap":
        page.evaluate("sockets[0].doubt()")
    else:
        page.evaluate(f"((where, what) => void where.dispatchEvent(new Event(what)))({reason})")
    page.clock.run_for(10)
    assert page.evaluate("told.at(-1)") == "ready"
    assert page.evaluate("opened.length") == became + 1


def test_after_a_reason_to_try_at_once_pauses_are_short_again(
    open_sockets: Callable[..., Page],
) -> None:
    page = open_sockets(AWAY)
    page.clock.run_for(600_000)
    became = page.evaluate("opened.length")
    page.evaluate("sockets[0].doubt()")
    page.clock.run_for(4_000)
    assert page.evaluate("opened.length") >= became + 3


def test_a_proxy_that_says_try_again_later_is_asked_much_later(
    open_sockets: Callable[..., Page],
) -> None:
    page = open_sockets({"lives": 10, "code": 1013})
    page.clock.run_for(14_000)
    assert page.evaluate("opened.length") == 1
    page.clock.run_for(17_000)
    assert page.evaluate("opened.length") == 2


def test_a_laptop_that_slept_finds_its_dead_line_without_being_told(
    open_sockets: Callable[..., Page],
) -> None:
    page = open_sockets(WELL)
    page.clock.run_for(5_000)
    become(page, {})
    page.clock.fast_forward("02:00:00")  # asleep: timers that were due fire once, and late
    page.clock.run_for(21_000)
    assert page.evaluate("told.slice(0, 2)") == ["ready", "lost"]
    become(page, WELL)
    page.clock.run_for(25_000)
    assert page.evaluate("told.at(-1)") == "ready"


def test_a_tab_in_the_background_is_not_taken_for_dead(open_sockets: Callable[..., Page]) -> None:
    page = open_sockets(WELL)
    for _ in range(10):  # Chromium lets hidden pages have their timers once a minute
        page.clock.fast_forward("01:00")
        page.clock.run_for(10)  # what the server answers comes at once all the same
    assert page.evaluate("told") == ["ready"]
    assert page.evaluate("opened.length") == 1


def test_a_browser_that_thinks_it_is_offline_connects_all_the_same(
    open_sockets: Callable[..., Page],
) -> None:
    page = open_sockets({"lives": 10, "code": 1006})
    page.evaluate("void Object.defineProperty(navigator, 'onLine', {value: false})")
    page.evaluate("void window.dispatchEvent(new Event('offline'))")
    become(page, WELL)
    page.clock.run_for(5_000)
    assert page.evaluate("told.at(-1)") == "ready"


@pytest.mark.parametrize("code", [4401, 4403, 4404, 4409])
def test_who_was_signed_out_overnight_is_not_asking_for_ever(
    open_sockets: Callable[..., Page], code: int
) -> None:
    page = open_sockets({"lives": 10, "code": code})
    page.clock.run_for(120_000)
    page.evaluate("void window.dispatchEvent(new Event('online'))")
    page.clock.run_for(120_000)
    assert page.evaluate("opened.length") == 1


def test_a_phone_put_away_while_it_connected_does_not_stay_connecting(
    open_sockets: Callable[..., Page],
) -> None:
    page = open_sockets({})  # nothing is heard, and nothing closes
    page.clock.run_for(500)
    become(page, WELL)
    page.evaluate("void document.dispatchEvent(new Event('visibilitychange'))")
    page.clock.run_for(9_000)
    assert page.evaluate("told") == ["lost", "ready"]
