"""The open page of a scheduled Space explains why the Space does not start."""

import pytest

PAGE = '<main data-scheduled="aSpace"></main><div data-part="toasts"></div>'
UPDATE = """async (update) => {
  const {renderScheduledPage} = await import("/scheduling/scheduled-page.js");
  renderScheduledPage({aSpace: update});
  return document.querySelector(".toast").textContent;
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
