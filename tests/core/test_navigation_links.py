"""The navigation marks the current page."""

import pytest
from django.template import Context, Template


@pytest.mark.parametrize(
    ("path", "link", "expected"),
    [
        ("/spaces/", "/spaces/", ' aria-current="page"'),
        ("/spaces/abc/", "/spaces/", ' aria-current="true"'),
        ("/spaces/abc/", "/", ""),
        ("/", "/", ' aria-current="page"'),
        ("/@anabel/", "/@ana/", ""),
    ],
)
def test_a_link_is_marked_on_its_page_and_on_the_pages_below_it(rf, path, link, expected):
    page = Template("{% load look %}{% here link %}")
    assert page.render(Context({"request": rf.get(path), "link": link})) == expected
