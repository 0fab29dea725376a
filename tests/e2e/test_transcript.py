"""The transcript of an ended Space, and the search that finds it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.album import SCHEMES


@pytest.fixture
def reader(open_as, stack, scene) -> Page:
    """The transcript, opened by a person who spoke in the Space."""
    return open_as("maximiliane_von", f"{stack.url}/spaces/{scene['over']}/transcript/").page


def words(page: Page):
    return page.locator(".transcript-words")


def focused(page: Page):
    return page.locator(":focus")


def test_a_transcript_and_its_search_are_accessible_in_both_themes(reader, chromium, stack, scene):
    expect(reader.get_by_role("navigation", name="Chapters").get_by_role("listitem")).to_have_count(
        4
    )
    problems = []
    for query in ("", "?q=Bahnhofsuhr"):
        for address in (f"/spaces/{scene['over']}/transcript/{query}", f"/spaces/{query}"):
            reader.goto(stack.url + address)
            for scheme in SCHEMES:
                reader.emulate_media(color_scheme=scheme)
                found = chromium.violations(reader, minor=True)
                problems += [f"{address}, {scheme}: {each}" for each in found]
    assert problems == []


def test_the_keyboard_alone_is_enough_to_read_search_and_withdraw(reader):
    page, press = reader, reader.keyboard.press
    search = page.get_by_role("searchbox", name="Search in what was said")
    search.focus()
    page.keyboard.type("Küche")
    press("Enter")
    expect(words(page)).to_have_text(["Die Bahnhofsuhr höre ich bis in die Küche."])

    page.go_back()
    expect(words(page)).to_have_count(4)
    chapters = page.get_by_role("navigation", name="Chapters")
    chapters.get_by_role("link").last.focus()
    press("Enter")
    last = page.get_by_role("listitem").filter(has=words(page)).last
    expect(last).to_be_in_viewport()

    press("Tab")  # from the place to which the link led
    expect(focused(page)).to_have_accessible_name(re.compile("Link to what was said at"))
    press("Tab")
    expect(focused(page)).to_have_accessible_name(re.compile("Copy the link to what was said at"))
    press("Tab")
    expect(focused(page)).to_have_accessible_name(re.compile("Correct or withdraw"))
    press("Enter")
    press("Tab")
    expect(focused(page)).to_have_accessible_name("Words")
    press("ControlOrMeta+a")
    page.keyboard.type("Ich höre sie auch.")
    press("Tab")
    press("Enter")
    expect(words(page).last).to_have_text("Ich höre sie auch.")

    last.get_by_text("Correct or withdraw").focus()
    for key in ("Enter", "Tab", "Tab", "Tab"):
        press(key)
    expect(focused(page)).to_have_accessible_name("Withdraw")
    press("Enter")
    expect(words(page)).to_have_count(3)


def test_the_link_to_a_line_can_be_copied_and_leads_to_it(reader):
    reader.context.grant_permissions(["clipboard-read", "clipboard-write"])
    line = reader.get_by_role("listitem").filter(has=words(reader)).last
    line.get_by_role("button", name="Copy the link to what was said at").click()
    expect(reader.get_by_text("Link copied")).to_be_visible()
    reader.goto(reader.evaluate("navigator.clipboard.readText()"))
    expect(words(reader)).to_have_text(["Die Bahnhofsuhr höre ich bis in die Küche."])
    expect(reader.locator("li:target")).to_contain_text("Bahnhofsuhr höre ich")
