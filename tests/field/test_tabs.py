"""Problems of comparable systems with several tabs of one browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.e2e
SOUNDS = """async (away) => {
  const {live} = await import("/room/live.js");
  await import("/room/tabs.js");
  live.visit = {session: {call: {wanted: 'listen', away}, leave() {}}};
}"""
ASK = """async () => {
  const {isSoundInAnotherTab} = await import("/room/tabs.js");
  return isSoundInAnotherTab();
}"""


def test_a_duplicated_tab_knows_that_the_sound_is_in_another_tab(
    open_module_page: Callable[..., Page],
) -> None:
    first = open_module_page()
    duplicate = first.context.new_page()
    duplicate.goto(first.url)
    assert duplicate.evaluate(ASK) is False
    first.evaluate(SOUNDS, False)
    assert duplicate.evaluate(ASK) is True
    first.evaluate(SOUNDS, True)
    assert duplicate.evaluate(ASK) is False, "its sound has moved to another tab"
