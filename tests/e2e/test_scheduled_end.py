"""The open page of a scheduled Space explains why the Space does not start, and does not miss that
it has started."""

import pytest

from tests.fixtures.modules import NOW

PAGE = '<main data-scheduled="aSpace"></main><div data-part="toasts"></div>'
UPDATE = """async (update) => {
  const {renderScheduledPage} = await import("/scheduling/scheduled-page.js");
  renderScheduledPage({aSpace: update});
  return document.querySelector(".toast").textContent;
}"""

# The Space starts while its edited page is fetched, so the response does not have that part.
START_MEANWHILE = """async () => {
  window.fetched = [];
  window.htmx = {ajax: async (verb, url, {target, select}) => {
    window.fetched.push(select);
    if (target instanceof Element) target.remove();
  }};
  const {renderScheduledPage} = await import("/scheduling/scheduled-page.js");
  renderScheduledPage({aSpace: {starts: "", edits: 2}});
}"""


@pytest.mark.parametrize(
    ("update", "words"),
    [
        ({"cancelled": True}, "This Space was cancelled"),
        ({"lasted": "5 minutes"}, "This Space is over"),
        (None, "This Space is no longer available"),
    ],
    ids=["cancelled", "over", "no longer visible to the viewer"],
)
def test_the_page_explains_why_the_space_does_not_start(open_module_page, update, words):
    assert open_module_page(PAGE).evaluate(UPDATE, update) == words


def test_the_whole_page_is_loaded_if_the_space_starts_while_an_edit_is_fetched(open_module_page):
    page = open_module_page(
        '<main data-scheduled="aSpace" data-start="" data-edits="1" data-select="main"></main>',
        clock=NOW,
    )
    page.evaluate(START_MEANWHILE)
    page.clock.run_for(1_000)
    page.wait_for_function("() => window.fetched.length === 2")
    assert page.evaluate("() => window.fetched") == ["main", "#page"]
