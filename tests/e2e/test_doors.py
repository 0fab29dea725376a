"""The first pages of the real thing, in a real browser: nothing is refused by our own policy."""


def test_a_demo_person_signs_in(sign_in, stack):
    page = sign_in("ana")
    assert page.url == f"{stack.url}/"
    page.goto(f"{stack.url}/@ana/")
    assert page.locator("h1").inner_text().startswith("Ana")


def test_static_files_are_hashed_and_kept(chromium, stack):
    page = chromium.open(f"{stack.url}/accounts/login/")
    style = page.locator("link[rel=stylesheet]").first.get_attribute("href")
    answer = page.request.get(f"{stack.url}{style}")
    assert answer.status == 200
    assert answer.headers["cache-control"] == "max-age=315360000, public, immutable"


def test_the_sign_in_page_is_accessible(chromium, stack):
    page = chromium.open(f"{stack.url}/accounts/login/")
    assert chromium.violations(page) == []
