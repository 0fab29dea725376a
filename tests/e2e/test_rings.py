"""Open pages show who is live: rings, cards, lists and search change without a reload."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import END, START
from tests.e2e.room_page import PATIENCE
from tests.fixtures.chromium import Chromium

HUMMED = 700  # Hz
SHARE = """
from timeline import posts
space = Space.objects.live().get(host=host)
posts.write(author=host, text="Come and listen", space=space)
print(space.title)
"""
HOSTING = re.compile("hosting a live Space")
SET_HIDDEN = """hidden => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_a_ring_appears_leads_into_the_space_and_disappears(open_as, stack, chromium: Chromium):
    reader = open_as("eve", stack.url)
    page = reader.page
    page.evaluate("window.kept = true")
    bar = page.get_by_role("list", name="Live people you follow")
    post_of_ana = page.locator("article.post").filter(has_text="@ana").first
    face = post_of_ana.get_by_role("link", name="Ana", exact=True)
    expect(face).to_have_attribute("href", "/@ana/")

    ana = open_as("ana", f"{stack.url}/spaces/start/", tone=HUMMED)
    ana.page.locator("[name=title]").fill("Trams at dawn")
    ana.page.get_by_role("button", name="Start now").click()
    ana.page.wait_for_url(re.compile(r"/spaces/\w+/$"))
    ringed = post_of_ana.get_by_role("link", name="Ana, hosting a live Space")
    expect(ringed).to_be_visible(timeout=PATIENCE)
    expect(bar.get_by_role("link", name=re.compile("^Ana, hosting.*Trams at dawn"))).to_be_visible(
        timeout=PATIENCE
    )
    beside = page.get_by_role("complementary").get_by_role("link", name=re.compile("Trams"))
    expect(beside).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("window.kept")  # without a reload
    ana.wait_for_sound()
    ana.unmute()

    ringed.click()
    expect(page).to_have_url(ana.page.url, timeout=PATIENCE)
    reader.enter()
    reader.wait_to_hear(HUMMED)

    page.locator("[data-part=room]").get_by_role("link", name="Minimise").click()
    expect(bar.get_by_role("link", name=HOSTING).first).to_be_visible(timeout=PATIENCE)
    # A listener has no ring.
    own_photo = page.get_by_role("link", name="Eve", exact=True).first
    expect(own_photo).to_be_visible(timeout=PATIENCE)
    stack.shell(END)
    expect(post_of_ana.get_by_role("link", name="Ana", exact=True)).to_be_visible(timeout=PATIENCE)
    expect(bar.get_by_role("link", name=re.compile("^Ana"))).to_have_count(0, timeout=PATIENCE)
    assert page.evaluate("window.kept")


def test_a_page_shows_an_end_and_a_start_that_it_missed_while_hidden(open_as, stack):
    running = stack.shell(START + SHARE).splitlines()[-1]
    page = open_as("eve", stack.url).page
    page.evaluate("window.kept = true")
    post_of_ana = page.locator("article.post").filter(has_text="@ana").first
    beside = page.get_by_role("complementary").get_by_role("link", name=re.compile(running))
    expect(post_of_ana.get_by_role("link", name=re.compile(f"LIVE.*{running}"))).to_be_visible()
    expect(beside).to_be_visible()
    stack.shell(END)
    ended = post_of_ana.get_by_role(
        "link", name=re.compile(f"Ended · less than a minute.*{running}")
    )
    expect(ended).to_be_visible(timeout=PATIENCE)
    expect(post_of_ana.get_by_text("LIVE", exact=True)).to_have_count(0)
    expect(beside).to_have_count(0)
    expect(post_of_ana.get_by_role("link", name="Ana", exact=True)).to_be_visible(timeout=PATIENCE)

    page.evaluate(SET_HIDDEN, True)
    stack.shell(START)
    page.evaluate(SET_HIDDEN, False)
    ringed = post_of_ana.get_by_role("link", name="Ana, hosting a live Space")
    expect(ringed).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("window.kept")
    ended.click()
    expect(page.get_by_role("heading", name=running)).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("window.kept")  # without a reload

    page.goto(f"{stack.url}/@ana/")
    strip = page.get_by_role("link", name=re.compile("Hosting now"))
    expect(strip).to_be_visible()
    stack.shell(END)
    expect(strip).to_be_hidden(timeout=PATIENCE)


def test_the_search_updates_during_typing(open_as, stack, chromium: Chromium):
    page = open_as("dan", f"{stack.url}/spaces/", bypass_csp=True, color_scheme="dark").page
    rain = page.get_by_role("link", name=re.compile("Rain on Lantern Street"))
    expect(rain).to_be_visible(timeout=PATIENCE)
    field = page.get_by_label("Search Spaces by title, host or topic")
    # A word of the title, and the start of the host's name (Ben).
    field.press_sequentially("lantern be")
    expect(page).to_have_url(re.compile("q=lantern"), timeout=PATIENCE)
    expect(rain).to_be_visible(timeout=PATIENCE)
    field.press_sequentially("zzz")
    expect(page.get_by_text("No live Spaces match")).to_be_visible(timeout=PATIENCE)
    expect(field).to_be_focused(timeout=PATIENCE)
    page.get_by_role("link", name="Show all live Spaces").click()
    expect(page).to_have_url(f"{stack.url}/spaces/", timeout=PATIENCE)
    expect(rain).to_be_visible(timeout=PATIENCE)
    page.get_by_role("navigation", name="Topics").get_by_role("link", name="Music").click()
    expect(page).to_have_url(re.compile(r"\?topic=music$"), timeout=PATIENCE)
    expect(rain).to_be_visible(timeout=PATIENCE)
    assert chromium.violations(page) == []


def test_a_list_announces_new_spaces_and_shows_them_on_top(open_as, stack, chromium: Chromium):
    page = open_as("dan", f"{stack.url}/spaces/", bypass_csp=True).page
    cards = page.locator("#live-list").get_by_role("heading", level=2)
    before = cards.all_inner_texts()
    fresh = page.get_by_role("link", name="1 new Space")
    stack.shell(START)
    expect(fresh).to_be_visible(timeout=PATIENCE)
    assert cards.all_inner_texts() == before  # nothing moved
    assert chromium.violations(page) == []
    fresh.click()
    new = page.get_by_role("link", name=re.compile("LIVE.*What our cities sound like"))
    expect(new).to_be_focused(timeout=PATIENCE)
    assert cards.all_inner_texts() == ["Live now", "What our cities sound like", *before[1:]]
    expect(page).to_have_url(f"{stack.url}/spaces/")  # the URL is unchanged
    stack.shell(END)
    expect(cards).to_have_text(before, timeout=PATIENCE)
