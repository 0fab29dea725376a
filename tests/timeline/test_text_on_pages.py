"""Text that people write is treated alike on every page: URLs become links where links are allowed,
and right-to-left text does not reverse handles."""

from html import unescape

import pytest

from core.text.links import isolated, linked
from safety import suspension
from spaces.actions import feedback, lifecycle
from spaces.models import Role
from tests.factories import make_host, make_space, make_user, put_on_stage, signed_in
from timeline import pins, posts

TEXT = "مرحبا @ana https://example.org/a"
HANDLE = '<bdi dir="ltr">@ana</bdi>'


@pytest.fixture
def titled_space(db):
    """A live Space; its title and the bio of its host are `TEXT`."""
    return make_space(make_host("hana", bio=TEXT), title=TEXT)


@pytest.fixture
def visit(titled_space):
    """Load a page as a person who follows nobody."""
    reader = signed_in(make_user("rea"))

    def visit(path: str) -> str:
        return unescape(reader.get(path).text)

    return visit


def test_handles_and_urls_are_isolated_in_right_to_left_text():
    assert linked(TEXT).startswith(f'مرحبا {HANDLE} <a href="https://example.org/a"')
    assert isolated(TEXT) == f'مرحبا {HANDLE} <bdi dir="ltr">https://example.org/a</bdi>'
    assert isolated("<b> javascript:alert(1)") == "&lt;b&gt; javascript:alert(1)"


def test_the_page_of_a_space_links_the_urls_in_its_title(titled_space, visit):
    page = visit(titled_space.get_absolute_url())
    assert page.count(f"{linked(TEXT)}</h1>") == 3  # preview, room, and ended
    assert f"<title>{TEXT}" in page
    lifecycle.end(titled_space, by=titled_space.host)
    assert f"{linked(TEXT)}</h1>" in visit(titled_space.get_absolute_url())


def test_a_title_inside_a_link_contains_no_other_link(titled_space, visit):
    posts.write(author=titled_space.host, text="Come", space=titled_space)
    spots = {
        "/spaces/": f'<h2 dir="auto">{isolated(TEXT)}</h2>',
        "/notifications/": f'<b class="own-line" dir="auto">{isolated(TEXT)}</b>',
        "/@hana/": f'<span class="live-strip-title truncated" dir="auto">{isolated(TEXT)}</span>',
    }
    for path, words in spots.items():
        assert words in visit(path), path
    lifecycle.end(titled_space, by=titled_space.host)
    assert f'<b class="own-line" dir="auto">{isolated(TEXT)}</b>' in visit("/@hana/")


def test_a_pinned_post_links_its_urls_and_its_own_page(titled_space, visit):
    post = posts.write(author=titled_space.host, text=TEXT)
    pins.pin(titled_space, post=post, by=titled_space.host)
    page = visit(titled_space.get_absolute_url())
    assert f'<span data-part="pin-text">{linked(TEXT)}</span>' in page
    assert f'<a class="name" href="{post.get_absolute_url()}" data-part="pin-link">' in page


def test_bios_are_linked_on_profiles_and_isolated_in_lists(titled_space, visit):
    assert f'<p class="bio" dir="auto">{linked(TEXT)}</p>' in visit("/@hana/")
    fan = make_user("fan", bio=TEXT)
    signed_in(fan).post("/@hana/follow/")
    assert f'dir="auto">{isolated(TEXT)}</span>' in visit("/@hana/followers/")


def test_reasons_and_comments_are_linked(titled_space):
    lifecycle.end(titled_space, by=titled_space.host)
    speaker = put_on_stage(make_space(make_host()), make_user(), Role.SPEAKER)
    feedback.give(titled_space, user=speaker, mood="good", line=TEXT)
    page = unescape(signed_in(titled_space.host).get(titled_space.get_absolute_url()).text)
    assert f'<p class="comment" dir="auto">{linked(TEXT)}</p>' in page
    suspended = make_user("sid")
    reader = signed_in(suspended)
    staff = make_user("stella", is_staff=True)
    suspension.suspend(suspended, by=staff, reason=TEXT, until=None)
    page = unescape(reader.get("/suspended/").text)
    assert f'<p dir="auto">{linked(TEXT)}</p>' in page


def test_the_report_page_isolates_a_title(titled_space, visit):
    page = visit(f"/report/?space={titled_space.public_id}")
    assert f"Report <bdi>“{isolated(TEXT)}”</bdi>" in page
