"""Every state of a page, looked at: on a phone and on a desk, in the light and in the dark."""

import os
from pathlib import Path

from playwright.sync_api import Page

from tests.e2e.room_page import RoomPage
from tests.fixtures.chromium import Chromium

PHONE, DESK = 390, 1280  # px
HEIGHTS = {PHONE: 844, DESK: 800}
SCHEMES = ["light", "dark"]
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
# What a long name has pushed out of its place, or onto a second line of a button.
STICKS_OUT = """[...document.querySelectorAll(".person-cell, .button, .microphone-button, .chip")]
  .filter(each => each.scrollWidth > each.clientWidth + 1 ||
    (each.matches(".button, .chip") && each.clientHeight > 56))
  .map(each => each.textContent.trim().replace(/\\s+/g, " "))"""


class Album:
    """What axe finds in each state, and a picture of it in the folder that PICTURES names.

    The theme changes colours and the width the order of things: so axe sees one state on a desk in
    the light, the next on a phone in the dark, and so on through all four. What is too wide is
    found on both. Where a dialog covers a page that other states show, axe sees the dialog alone.
    With PICTURES, axe sees each on both, too, and whole.
    """

    def __init__(self, chromium: Chromium) -> None:
        self._chromium = chromium
        self.minor = True  # whether what axe calls moderate or minor is a complaint
        self._folder = os.environ.get("PICTURES")
        self._states: set[str] = set()
        self.complaints: list[str] = []

    def look(self, page: Page, state: str, *widths: int, part: str = ":modal") -> None:
        """At the page as it is; it has the width of a desk before and after.

        `part` is a selector of what is new in this state: axe sees that alone, if it is there.
        """
        assert state not in self._states, f"{state} was looked at before"
        self._states.add(state)
        turn = len(self._states)
        for place, width in enumerate(widths or (DESK, PHONE)):
            page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            scheme = SCHEMES[(turn // 2 + place) % 2]
            page.emulate_media(color_scheme=scheme)
            where = f"{state} at {width} px, {scheme}"
            if over := page.evaluate(OVERFLOW):
                self.complaints.append(f"{where}: {over} px too wide")
            self.complaints += [f"{where}: {what} sticks out" for what in page.evaluate(STICKS_OUT)]
            if self._folder or len(widths) == 1 or turn % 2 == place:
                seen = ":root" if self._folder else part
                found = self._chromium.violations(page, minor=self.minor, part=seen)
                self.complaints += [f"{where}: {what}" for what in found]
            self._picture(page, f"{state}-{width}")
        page.set_viewport_size({"width": DESK, "height": HEIGHTS[DESK]})

    def look_into_chat(self, person: RoomPage, state: str) -> None:
        """A sheet on a phone; on a desk it stands beside every other state."""
        person.page.set_viewport_size({"width": PHONE, "height": HEIGHTS[PHONE]})
        person.room.get_by_role("button", name="Chat").click()
        self.look(person.page, state, PHONE)

    def _picture(self, page: Page, name: str) -> None:
        if not self._folder:
            return
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=Path(self._folder) / f"{name}-{scheme}.png")


def open_more(person: RoomPage, act: str = "") -> None:
    person.room.get_by_role("button", name="More").click()
    if act:
        person.page.locator("[data-part=more]").get_by_role("button", name=act).click()
