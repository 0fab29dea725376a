"""static/js/lib/fetch-again.js fetches a part of the page while nobody uses that part."""

import pytest

from tests.fixtures.modules import NOW

PART = """<section id="part" data-source="/rain/" data-select="#part">
  <a href="/">Rain</a> <input> <dialog>Share</dialog>
</section>
<div data-part="toasts"></div>"""
FETCH = """async (times) => {
  window.fetched = [];
  window.htmx = {ajax: async (verb, url, {target, select}) => {
    window.fetched.push([verb, url, select]);
    target.outerHTML = target.outerHTML.replace("Rain", "Snow");
  }};
  const {fetchAgain} = await import("/lib/fetch-again.js");
  for (let time = 0; time < times; time++) fetchAgain(document.getElementById("part"));
}"""
# htmx reports a refused request at its source, or at the body if the request has no source.
REFUSE = """async () => {
  await import("/underway.js");
  const refuse = (elt = document.body) => elt.dispatchEvent(
    new CustomEvent("htmx:responseError", {bubbles: true, detail: {elt, xhr: {status: 404}}}));
  window.htmx = {ajax: async (verb, url, {source}) => {
    refuse(source);
    window.refused = true;
  }};
  const {fetchAgain} = await import("/lib/fetch-again.js");
  document.querySelector("a").addEventListener("click", (event) => {
    event.preventDefault();
    refuse(event.currentTarget);
  });
  fetchAgain(document.getElementById("part"));
}"""
FETCHED = "() => window.fetched"
ONCE = [["GET", "/rain/", "#part"]]


@pytest.fixture
def page(open_module_page):
    return open_module_page(html=PART, clock=NOW)


def test_several_changes_at_once_are_fetched_once_and_the_focus_stays(page):
    page.locator("a").focus()
    page.evaluate(FETCH, 3)
    page.clock.run_for(1_000)
    assert page.evaluate(FETCHED) == ONCE
    assert page.evaluate("() => document.activeElement.textContent") == "Snow"


@pytest.mark.parametrize(
    ("use", "stop"),
    [
        ("input => input.focus()", "input => input.blur()"),
        ("input => input.nextElementSibling.show()", "input => input.nextElementSibling.close()"),
    ],
)
def test_a_part_that_somebody_uses_is_fetched_afterwards(page, use, stop):
    page.locator("input").evaluate(use)
    page.evaluate(FETCH, 1)
    page.clock.run_for(5_000)
    assert page.evaluate(FETCHED) == []
    page.locator("input").evaluate(stop)
    page.clock.run_for(1_000)
    assert page.evaluate(FETCHED) == ONCE


def test_a_refused_tap_is_reported_but_a_part_that_no_longer_exists_is_not(page):
    page.evaluate(REFUSE)
    page.clock.run_for(1_000)
    page.wait_for_function("() => window.refused")
    assert page.locator(".toast").count() == 0
    page.locator("a").click()
    assert page.locator(".toast").inner_text().startswith("That’s no longer there.")
