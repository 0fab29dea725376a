"""Check that the states of a page fit on phones and desktops, and are accessible."""

import os
from pathlib import Path

from playwright.sync_api import Page

from tests.e2e.room_page import RoomPage
from tests.fixtures.chromium import Chromium

PHONE, DESK = 390, 1280  # px
HEIGHTS = {PHONE: 844, DESK: 800}
SCHEMES = ["light", "dark"]
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
# Elements whose text overflows, and buttons and chips whose text needs a second line.
STICKS_OUT = """[...document.querySelectorAll(".person-cell, .button, .microphone-button, .chip")]
  .filter(each => each.scrollWidth > each.clientWidth + 1 ||
    (each.matches(".button, .chip") && each.clientHeight > 56))
  .map(each => each.textContent.trim().replace(/\\s+/g, " "))"""


class Album:
    """Runs axe in each state. If PICTURES names a folder, also saves screenshots there.

    To save time, axe runs in one of four combinations per state: desktop or phone, light or dark;
    the next state uses the next combination. Elements that are too wide are found on both devices.
    While a dialog is open, axe checks only the dialog, because the page below it is checked in
    another state. With PICTURES, axe checks the whole page on both devices.
    """

    def __init__(self, chromium: Chromium) -> None:
        self._chromium = chromium
        self.reports_minor = True  # whether to report problems that axe calls moderate or minor
        self._folder = os.environ.get("PICTURES")
        self._states: set[str] = set()
        self.problems: list[str] = []

    def check(self, page: Page, state: str, *widths: int, part: str = ":modal") -> None:
        """Check the page in its current state. Afterwards the page has a desktop's width.

        `part` is a selector of the part that is new in this state. If it matches, axe checks only
        that part.
        """
        assert state not in self._states, f"{state} has already been checked"
        self._states.add(state)
        turn = len(self._states)
        for place, width in enumerate(widths or (DESK, PHONE)):
            page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            scheme = SCHEMES[(turn // 2 + place) % 2]
            page.emulate_media(color_scheme=scheme)
            where = f"{state} at {width} px, {scheme}"
            if over := page.evaluate(OVERFLOW):
                self.problems.append(f"{where}: {over} px too wide")
            self.problems += [f"{where}: {what} sticks out" for what in page.evaluate(STICKS_OUT)]
            if self._folder or len(widths) == 1 or turn % 2 == place:
                seen = ":root" if self._folder else part
                found = self._chromium.violations(page, minor=self.reports_minor, part=seen)
                self.problems += [f"{where}: {what}" for what in found]
            self._picture(page, f"{state}-{width}")
        page.set_viewport_size({"width": DESK, "height": HEIGHTS[DESK]})

    def check_chat(self, person: RoomPage, state: str) -> None:
        """Open the chat on a phone, where it is a sheet, and check it. On desktops it is always
        visible, so the other states check it."""
        person.page.set_viewport_size({"width": PHONE, "height": HEIGHTS[PHONE]})
        person.room.get_by_role("button", name="Chat").click()
        self.check(person.page, state, PHONE)

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
