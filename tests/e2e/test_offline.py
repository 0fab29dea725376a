"""Without a connection, the browser shows our offline page, and loads the requested page when the
connection is back."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.room_page import PATIENCE
from tests.fixtures.chromium import Chromium
from tests.fixtures.stack import Stack

KEPT = """caches.open("offline").then(cache => cache.keys())
  .then(kept => kept.map(each => new URL(each.url).pathname))"""


def test_a_lost_connection_is_explained_and_the_page_returns_by_itself(
    make_stack, prepared_home: Path, chromium: Chromium
) -> None:
    site: Stack = make_stack(prepared=prepared_home).start()
    page = chromium.open(site.url, service_workers="allow")
    wait_for_worker(page)

    site.stop()
    page.goto(f"{site.url}/spaces/")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    expect(page.get_by_role("link", name="Try again")).to_have_css("border-radius", "999px")

    site.start()
    expect(page.get_by_role("heading", name="Spaces", exact=True)).to_be_visible(timeout=PATIENCE)
    assert page.url == f"{site.url}/spaces/"
    # Chromium writes each failed connection to its console.
    chromium.errors[:] = [error for error in chromium.errors if "REFUSED" not in error]


def test_only_the_offline_page_and_static_files_are_cached(
    chromium: Chromium, stack: Stack
) -> None:
    page = chromium.open(stack.url, service_workers="allow")
    wait_for_worker(page)
    page.goto(f"{stack.url}/spaces/")
    kept = page.evaluate(KEPT)
    assert kept[0] == "/offline/"
    assert all(path.startswith("/static/") for path in kept[1:])


def wait_for_worker(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
