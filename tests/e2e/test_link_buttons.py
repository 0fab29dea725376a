"""Buttons that copy a link (static/js/link-buttons.js)."""

PAGE = """
<button data-act="copy-link" data-link="/posts/7/">Copy the link of a post</button>
<button data-act="copy-link">Copy the link of the room</button>
<div data-part="toasts"></div>
"""
START = """async () => {
  window.copied = [];
  navigator.clipboard.writeText = async (text) => void window.copied.push(text);
  await import("/link-buttons.js");
}"""
COPIED = "() => window.copied"


def test_a_button_copies_its_own_link_and_leaves_buttons_of_the_room_alone(open_module_page):
    page = open_module_page(PAGE)
    page.evaluate(START)
    page.get_by_text("Copy the link of the room").click()
    page.get_by_text("Copy the link of a post").click()
    page.get_by_text("Link copied").wait_for()
    assert page.evaluate(COPIED) == ["https://spaces.test/posts/7/"]
    assert page.locator(".toast").count() == 1
