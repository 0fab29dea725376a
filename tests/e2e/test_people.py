"""A newcomer signs up and follows someone; profiles, settings and account pages are accessible."""

import re

import pytest

SIZES = [
    {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
]


def test_a_newcomer_can_sign_up_and_follow(chromium, stack):
    page = chromium.open(f"{stack.url}/accounts/signup/")
    page.get_by_label("Handle").fill("Newcomer")
    page.get_by_label("Name").fill("Nia Newcomer")
    page.get_by_label("E-mail").fill("nia@example.org")
    page.get_by_label("Password").fill("rain on slate roofs")
    page.get_by_role("button", name="Create my account").click()
    page.wait_for_url(f"{stack.url}/")
    page.goto(f"{stack.url}/@cleo/")
    followers = int(re.search(r"(\d+) followers", page.locator(".follow-counts").inner_text())[1])
    page.get_by_role("button", name="Follow Cleo").click()
    page.get_by_role("button", name="Following Cleo").wait_for()
    assert page.url == f"{stack.url}/@cleo/"  # only a part of the page changed
    assert f"{followers + 1} followers" in page.locator(".follow-counts").inner_text()
    page.goto(f"{stack.url}/@newcomer/")
    assert page.url == f"{stack.url}/@Newcomer/"
    assert page.locator("h1").inner_text() == "Nia Newcomer"


@pytest.mark.parametrize("size", SIZES, ids=["phone", "desktop"])
def test_profiles_settings_and_account_pages_are_accessible(sign_in, chromium, stack, size):
    page = sign_in("cleo", **size)
    for address in (
        "/@ana/",
        "/settings/",
        "/settings/profile/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/sessions/",
        "/accounts/logout/",
    ):
        page.goto(f"{stack.url}{address}")
        assert (address, chromium.violations(page)) == (address, [])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
