"""The first pages of the real thing, in a real browser: nothing is refused by our own policy."""

import re


def test_a_demo_person_signs_in(sign_in, stack):
    page = sign_in("ana")
    assert page.url == f"{stack.url}/"
    page.goto(f"{stack.url}/@ana/")
    assert page.locator("h1").inner_text().startswith("Ana")


def test_a_page_brings_one_sheet_and_one_script_that_are_packed_and_kept(chromium, stack):
    page = chromium.open("about:blank")
    brought = {}
    page.on("response", lambda answer: brought.setdefault(name_of(answer.url), answer.headers))
    page.goto(stack.url)
    page.wait_for_load_state("load")
    assert [name for name in brought if name.endswith(".css")] == ["css/app.css"]
    assert [name for name in brought if name.startswith("js/")] == ["js/theme.js", "js/app.js"]
    for name in ("css/app.css", "js/app.js"):
        assert brought[name]["cache-control"] == "max-age=315360000, public, immutable"
        assert brought[name]["content-encoding"] == "gzip"
        assert brought[name]["x-content-type-options"] == "nosniff"


def name_of(address):
    """Of a static file, without the hash of its content."""
    return re.sub(r"\.[0-9a-f]{12}\.", ".", address.partition("/static/")[2])


def test_the_sign_in_page_is_accessible(chromium, stack):
    page = chromium.open(f"{stack.url}/accounts/login/")
    assert chromium.violations(page) == []
