"""On a shared computer, Back reveals nothing of a person who has signed out."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.room_page import PATIENCE
from tests.fixtures.chromium import BACK_FORWARD_CACHE, WHOLE
from tests.fixtures.modules import ORIGIN

pytestmark = pytest.mark.e2e
OF_ANA = ["/accounts/email/", "/settings/profile/", "/@ana/", "/"]
VIEWER = "document.getElementById('page')?.dataset.viewer"


def test_back_does_not_show_pages_of_a_person_who_signed_out(sign_in, stack):
    page = sign_in("ana", WHOLE, BACK_FORWARD_CACHE)
    for path in OF_ANA:
        page.goto(stack.url + path)
    page.goto(f"{stack.url}/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{stack.url}/", timeout=PATIENCE)
    for _ in [*OF_ANA, "the page that asks whether to sign out"]:
        page.evaluate("() => { window.isLeft = true; history.back(); }")
        page.wait_for_function("!window.isLeft && document.readyState === 'complete'")
        assert page.evaluate(VIEWER) == "", page.url


def test_a_page_from_the_back_forward_cache_is_reloaded(open_module_page):
    page: Page = open_module_page(
        '<p id="kept">Ana</p><script type="module" src="/restored.js"></script>',
        flags=[WHOLE, BACK_FORWARD_CACHE],
    )
    page.evaluate("() => { document.getElementById('kept').textContent = 'from memory'; }")
    page.goto(f"{ORIGIN}theme.js")
    page.evaluate("history.back()")
    expect(page.get_by_text("Ana")).to_be_visible()
