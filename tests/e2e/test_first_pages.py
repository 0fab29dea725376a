"""The first pages of the running site in a real browser, under its own Content Security Policy."""

import re


def test_a_demo_person_can_sign_in(sign_in, stack):
    page = sign_in("ana")
    assert page.url == f"{stack.url}/"
    page.goto(f"{stack.url}/@ana/")
    assert page.locator("h1").inner_text().startswith("Ana")


def test_a_page_loads_one_style_sheet_and_two_scripts_compressed_and_cached(chromium, stack):
    page = chromium.open("about:blank")
    loaded = {}
    page.on("response", lambda answer: loaded.setdefault(name_of(answer.url), answer.headers))
    page.goto(stack.url)
    page.wait_for_load_state("load")
    assert [name for name in loaded if name.endswith(".css")] == ["css/app.css"]
    assert [name for name in loaded if name.startswith("js/")] == ["js/theme.js", "js/app.js"]
    for name in ("css/app.css", "js/app.js"):
        assert loaded[name]["cache-control"] == "max-age=315360000, public, immutable"
        assert loaded[name]["content-encoding"] == "gzip"
        assert loaded[name]["x-content-type-options"] == "nosniff"


def name_of(address):
    """The name of a static file, without the hash of its content."""
    return re.sub(r"\.[0-9a-f]{12}\.", ".", address.partition("/static/")[2])


def test_the_sign_in_page_is_accessible(chromium, stack):
    page = chromium.open(f"{stack.url}/accounts/login/")
    assert chromium.violations(page) == []
