"""The keyboard alone: controls are found with Tab, by their accessible name."""

import pytest
from playwright.sync_api import Page

STOPS = 120  # more Tab stops than any page has
FOCUSED = """() => {
  const focused = document.activeElement;
  const label = focused?.labels?.[0]?.textContent;
  const words = focused?.getAttribute("aria-label") ?? label ?? focused?.textContent ?? "";
  return words.replace(/\\s+/g, " ").trim();
}"""


def press(page: Page, name: str) -> None:
    """Press Tab until the control whose name starts with `name` has focus; press Enter."""
    tab_to(page, name)
    page.keyboard.press("Enter")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control whose name starts with `name` has focus."""
    seen = []
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
        if seen[-1].startswith(name):
            return
    pytest.fail(f"{name!r} is not among {list(dict.fromkeys(seen))}")
