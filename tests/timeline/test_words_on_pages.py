"""What people write is drawn by one rule on every page: links where they can stand, and handles
that a right-to-left line does not turn around."""

from html import unescape

import pytest

from core.text.links import isolated, linked
from safety import suspension
from spaces.actions import feedback, lifecycle
from spaces.models import Role
from tests.factories import bring_up, make_host, make_space, make_user, signed_in
from timeline import pins, posts

WORDS = "مرحبا @ana https://example.org/a"
HANDLE = '<bdi dir="ltr">@ana</bdi>'


@pytest.fixture
def titled(db):
    """A live Space with those words for its title."""
    return make_space(make_host("hana", bio=WORDS), title=WORDS)


@pytest.fixture
def visit(titled):
    """Reads a page as somebody who follows nobody."""
    reader = signed_in(make_user("rea"))

    def visit(path: str) -> str:
        return unescape(reader.get(path).text)

    return visit


def test_a_handle_keeps_its_at_sign_in_front_within_a_link_too():
    assert linked(WORDS).startswith(f'مرحبا {HANDLE} <a href="https://example.org/a"')
    assert isolated(WORDS) == f'مرحبا {HANDLE} <bdi dir="ltr">https://example.org/a</bdi>'
    assert isolated("<b> javascript:alert(1)") == "&lt;b&gt; javascript:alert(1)"


def test_the_page_of_a_space_links_what_its_title_links_to(titled, visit):
    page = visit(titled.get_absolute_url())
    assert page.count(f"{linked(WORDS)}</h1>") == 3  # preview, room, and ended
    assert f"<title>{WORDS}" in page
    lifecycle.end(titled, by=titled.host)
    assert f"{linked(WORDS)}</h1>" in visit(titled.get_absolute_url())


def test_a_title_in_a_link_holds_no_other_link(titled, visit):
    posts.write(author=titled.host, text="Come", space=titled)
    spots = {
        "/spaces/": f'<h2 dir="auto">{isolated(WORDS)}</h2>',
        "/notifications/": f'<b class="own-line" dir="auto">{isolated(WORDS)}</b>',
        "/@hana/": f'<span class="live-strip-title truncated" dir="auto">{isolated(WORDS)}</span>',
    }
    for path, words in spots.items():
        assert words in visit(path), path
    lifecycle.end(titled, by=titled.host)
    assert f'<b class="own-line" dir="auto">{isolated(WORDS)}</b>' in visit("/@hana/")


def test_a_pinned_post_links_what_it_links_to_and_is_a_link_itself(titled, visit):
    post = posts.write(author=titled.host, text=WORDS)
    pins.pin(titled, post=post, by=titled.host)
    page = visit(titled.get_absolute_url())
    assert f'<span data-part="pin-text">{linked(WORDS)}</span>' in page
    assert f'<a class="name" href="{post.get_absolute_url()}" data-part="pin-link">' in page


def test_bios_are_linked_on_profiles_and_isolated_in_lists(titled, visit):
    assert f'<p class="bio" dir="auto">{linked(WORDS)}</p>' in visit("/@hana/")
    fan = make_user("fan", bio=WORDS)
    signed_in(fan).post("/@hana/follow/")
    assert f'dir="auto">{isolated(WORDS)}</span></a>' in visit("/@hana/followers/")


def test_reasons_and_lines_of_feedback_are_linked(titled):
    lifecycle.end(titled, by=titled.host)
    speaker = bring_up(make_space(make_host()), make_user(), Role.SPEAKER)
    feedback.give(titled, user=speaker, mood="good", line=WORDS)
    page = unescape(signed_in(titled.host).get(titled.get_absolute_url()).text)
    assert f'<p class="comment" dir="auto">{linked(WORDS)}</p>' in page
    suspended = make_user("sid")
    reader = signed_in(suspended)
    staff = make_user("stella", is_staff=True)
    suspension.suspend(suspended, by=staff, reason=WORDS, until=None)
    page = unescape(reader.get("/suspended/").text)
    assert f'<p dir="auto">{linked(WORDS)}</p>' in page


def test_the_reports_page_isolates_a_title(titled, visit):
    page = visit(f"/report/?space={titled.public_id}")
    assert f"Report <bdi>“{isolated(WORDS)}”</bdi>" in page
