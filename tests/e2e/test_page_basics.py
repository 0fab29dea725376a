"""The main pages in a real browser: they fit, are legible in both themes, and browsing works."""

import re

import pytest
from playwright.sync_api import Route, expect

PAGES = ["/", "/spaces/", "/spaces/start/", "/@ana/followers/", "/@ben/", "/settings/"]
WIDTHS = [320, 390, 1000, 1280]
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_in_both_themes(sign_in, chromium, stack, scheme):
    page = sign_in("dan", color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    found = {}
    for path in PAGES:
        page.goto(f"{stack.url}{path}")
        found[path] = chromium.violations(page)
    assert found == {path: [] for path in PAGES}


def test_pages_fit_narrow_and_wide_screens(sign_in, stack):
    page = sign_in("dan")
    over = {}
    for path in PAGES:
        page.goto(f"{stack.url}{path}")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            over[path, width] = page.evaluate(OVERFLOW)
    assert over == {(path, width): 0 for path in PAGES for width in WIDTHS}


def test_the_chosen_theme_is_in_the_served_page(sign_in, stack):
    page = sign_in("dan", color_scheme="light")
    page.get_by_role("button", name="Switch between light and dark").first.click()
    answer = page.request.get(stack.url)
    assert '<html lang="en" data-theme="dark">' in answer.text()
    page.reload()
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert float(background.split("(")[1].split()[0]) < 0.2  # oklch lightness


def test_browsing_replaces_the_page_but_not_the_navigation(sign_in, stack):
    page = sign_in("dan")
    page.evaluate("document.querySelector('.navigation').dataset.kept = 'yes'")
    page.get_by_role("navigation").get_by_role("link", name="Profile").click()
    expect(page).to_have_title("Dan (@dan) · Spaces")
    expect(page.get_by_role("link", name="Profile").first).to_have_attribute("aria-current", "page")
    expect(page.locator("main")).to_be_focused()
    page.go_back()
    expect(page).to_have_title("Home · Spaces")
    expect(page.locator("#page")).to_have_count(1)
    assert page.url == f"{stack.url}/"
    assert page.locator(".navigation").get_attribute("data-kept") == "yes"


def test_browsing_reloads_everything_after_an_update_of_the_site(sign_in, stack):
    page = sign_in("dan")
    page.evaluate("document.querySelector('.navigation').dataset.kept = 'yes'")
    page.locator("script[type=module]").evaluate("script => (script.src = '/static/js/app.old.js')")
    page.get_by_role("navigation").get_by_role("link", name="Profile").click()
    expect(page).to_have_title("Dan (@dan) · Spaces")
    expect(page.locator(".navigation")).not_to_have_attribute("data-kept", "yes")


def test_a_refusal_during_browsing_is_a_page_with_its_own_url(sign_in, stack):
    page = sign_in("dan")
    page.get_by_role("link", name="Start a Space").first.click()
    expect(page.get_by_role("heading", name="188 more to host")).to_be_visible()
    assert page.url == f"{stack.url}/spaces/start/"


def test_the_page_requested_last_is_shown(sign_in, stack):
    page = sign_in("dan")
    for name in ("Profile", "Settings"):
        page.get_by_role("navigation").get_by_role("link", name=name).first.click()
        expect(page).to_have_title(re.compile(name if name == "Settings" else "@dan"))
    late: list[Route] = []
    page.route(re.compile(r"/@dan/(\?until=\d+)?$"), lambda route: late.append(route))
    page.go_back()
    page.wait_for_function("() => location.pathname === '/@dan/'")
    page.go_back()
    expect(page).to_have_title("Home · Spaces")
    for each in late:
        each.continue_()
    page.unroute_all(behavior="wait")
    expect(page).to_have_title("Home · Spaces")
    assert page.url == f"{stack.url}/"
    assert len(late) == 1


def test_slow_pages_show_progress_and_failed_pages_show_a_message(sign_in, chromium, stack):
    page = sign_in("dan")
    link = page.get_by_role("navigation").get_by_role("link", name="Profile").first
    late: list[Route] = []
    page.route(f"{stack.url}/@dan/", lambda route: late.append(route))
    link.click()
    expect(page.locator("#page")).to_have_attribute("aria-busy", "true")
    late[0].abort()
    unreached = page.get_by_text("That did not reach the server.")
    expect(unreached).to_be_visible()
    expect(page.locator("#page")).to_have_attribute("aria-busy", "false")
    expect(page).to_have_title("Home · Spaces")
    page.unroute_all(behavior="wait")

    like = page.get_by_role("button", name=re.compile("^Like")).first
    page.route("**/like/", lambda route: route.fulfill(status=500))
    like.click()
    expect(page.get_by_text("Something broke on our side.")).to_be_visible()
    page.unroute_all(behavior="wait")
    link.click()
    expect(page).to_have_title("Dan (@dan) · Spaces")
    expect(unreached).to_be_hidden(timeout=10_000)
    page.route(re.compile(rf"^{stack.url}/(\?until=\d+)?$"), lambda route: route.abort())
    page.go_back()
    expect(unreached).to_be_visible()
    page.unroute_all(behavior="wait")
    assert chromium.errors != []  # logged by htmx itself
    chromium.errors.clear()


def test_going_back_to_a_missing_page_shows_the_404(sign_in, chromium, stack):
    page = sign_in("dan")
    page.evaluate("history.replaceState(history.state, '', '/gone/')")
    page.get_by_role("navigation").get_by_role("link", name="Profile").click()
    expect(page).to_have_title("Dan (@dan) · Spaces")
    page.go_back()
    expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()
    assert page.url == f"{stack.url}/gone/"
    # htmx itself logs this error.
    assert chromium.errors == [f"{page.url}: htmx:historyCacheMissLoadError"]
    chromium.errors.clear()


def test_browsing_after_a_sign_out_elsewhere_shows_the_signed_out_page(sign_in, stack):
    page = sign_in("dan")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("navigation").get_by_role("link", name="Profile").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    expect(page.get_by_role("link", name="Settings")).to_have_count(0)
