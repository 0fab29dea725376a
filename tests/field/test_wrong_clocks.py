"""Countdowns and waiting times use the server's clock."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.modules import NOW

pytestmark = pytest.mark.e2e
WRONG = [timedelta(hours=2), timedelta(hours=-2), timedelta()]
BANNER = """<div id="room"><div data-part="banner"></div><template data-notice="host-away">
<b data-part="away-host"></b><i data-part="away-left"></i></template></div>"""
HOST_AWAY = """async ([end, now]) => {
  const {setServerTime} = await import("/lib/server-clock.js");
  const {watchHost} = await import("/room/stage/host-away.js");
  const {Notices} = await import("/room/notices/notices.js");
  const {Room} = await import("/room/room.js");
  if (now) setServerTime(now);
  const root = document.getElementById("room");
  const notices = new Notices({root, onRender() {}});
  const space = {host: "u1", host_away_ends_at: end};
  const people = {stage: [], invited: [], requests: [], messages: [], audience: {people: []}};
  const room = new Room({space, ...people}, {me: {id: "u2"}, blocked: []});
  watchHost(root, room, {notices, signal: new AbortController().signal});
}"""


def after(seconds: int) -> str:
    return (NOW + timedelta(seconds=seconds)).isoformat()


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_a_countdown_is_right_on_a_device_with_a_wrong_clock(
    open_module_page: Callable[..., Page], wrong: timedelta
) -> None:
    page = open_module_page(BANNER, NOW + wrong)
    page.evaluate(HOST_AWAY, [after(21), NOW.isoformat()])
    left = page.locator("[data-part=away-left]")
    expect(left).to_have_text("21 seconds")
    page.clock.run_for(5_000)
    expect(left).to_have_text("16 seconds")
    page.clock.set_system_time(NOW + timedelta(days=1))  # the person changes the clock
    page.clock.run_for(5_000)
    expect(left).to_have_text("11 seconds")


def test_until_the_socket_says_hello_the_pages_own_server_time_is_used(
    open_module_page: Callable[..., Page],
) -> None:
    meta = f'<meta name="server-time" content="{NOW.timestamp()}">'
    page = open_module_page(meta + BANNER)
    page.evaluate(HOST_AWAY, [after(3_600), ""])
    left = page.locator("[data-part=away-left]").inner_text()
    assert 3_500 < int(left.removesuffix(" seconds")) <= 3_600
