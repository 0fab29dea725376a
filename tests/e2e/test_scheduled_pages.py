"""The pages of scheduled Spaces and of notifications on phones, with a long title in Arabic."""

from tests.e2e.album import HEIGHTS, OVERFLOW, PHONE, SCHEMES, STICKS_OUT
from tests.e2e.conftest import OpenRoom
from tests.e2e.plans import schedule
from tests.fixtures.chromium import Chromium
from tests.fixtures.stack import Stack

NARROW = 320  # px; WCAG 2.2, criterion 1.4.10
TITLE = "كيف تصحو القسطنطينية؟ " + "واستقبالاتهم" * 4  # one of its words is wider than a phone
PAGES = ["/spaces/schedule/", "/schedule/", "/notifications/", "/settings/notifications/"]
DIRECTIONS = """title => [...document.querySelectorAll("main *")]
  .filter(each => !each.children.length && each.textContent.includes(title))
  .map(each => getComputedStyle(each.closest("[dir]")).direction)"""


def test_the_pages_fit_in_both_themes_with_a_long_title_in_arabic(
    chromium: Chromium, open_as: OpenRoom, stack: Stack
) -> None:
    address = schedule(stack, title=TITLE, invited=("cleo",))
    viewport = {"width": PHONE, "height": HEIGHTS[PHONE]}
    page = open_as("cleo", address, viewport=viewport).page
    page.get_by_role("button", name="Set reminder").click()
    problems = []
    for path in [address, *(f"{stack.url}{path}" for path in PAGES)]:
        page.goto(path)
        if path.endswith("/spaces/schedule/"):
            page.get_by_label("What will you talk about?").fill(TITLE)
        for width in (NARROW, PHONE):
            page.set_viewport_size({"width": width, "height": HEIGHTS[PHONE]})
            wide = page.evaluate(OVERFLOW), page.evaluate(STICKS_OUT)
            problems += [(path, width, wide)] if wide != (0, []) else []
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            problems += [(path, scheme, what) for what in chromium.violations(page)]
    assert problems == []

    page.goto(address)
    assert page.evaluate(DIRECTIONS, TITLE) == ["rtl"]
    page.goto(f"{stack.url}/schedule/")
    assert page.evaluate(DIRECTIONS, TITLE) == ["rtl"]
