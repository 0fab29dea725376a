"""Two quick taps before any response have one effect, with JavaScript and without."""

import secrets

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.room_page import PATIENCE

OVER = """
from spaces.actions import lifecycle
for running in Space.objects.live().filter(host__handle="ana"):
    lifecycle.end(running, by=running.host)
"""
SPACES = "print(Space.objects.filter(title='{}').count())"
POSTS = "from timeline.models import Post\nprint(Post.objects.filter(text='{}').count())"
REPORTS = """
from safety.models import Report
print(Report.objects.filter(reporter__handle="ana", subject__handle="cleo").count())
"""


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def ana(open_as, stack, request):
    """`ana(path)` opens a page as the demo's Ana."""

    def ana(path: str) -> Page:
        return open_as("ana", stack.url + path, java_script_enabled=request.param).page

    yield ana
    stack.shell(OVER)


@pytest.fixture
def words() -> str:
    """A text that is new to the site."""
    return f"Rain at last {secrets.token_hex(4)}"


def test_two_taps_start_one_space_and_lead_into_it(ana, stack, words):
    page = ana("/spaces/start/")
    page.get_by_label("What will you talk about?").fill(words)
    page.get_by_role("button", name="Start now").dblclick()
    expect(page).to_have_title(f"{words} · Spaces", timeout=PATIENCE)
    assert stack.shell(SPACES.format(words)) == "1"


def test_two_taps_write_one_post(ana, stack, words):
    page = ana("/compose/")
    page.locator("[name=text]").fill(words)
    page.locator("main form").get_by_role("button", name="Post", exact=True).dblclick()
    expect(page.get_by_text("Posted.")).to_be_visible(timeout=PATIENCE)
    assert stack.shell(POSTS.format(words)) == "1"


def test_two_taps_send_one_report(ana, stack, words):
    page = ana("/report/?person=cleo")
    page.get_by_role("radio").first.check()
    page.locator("[name=text]").fill(words)
    page.get_by_role("button", name="Send report").dblclick()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible(timeout=PATIENCE)
    assert stack.shell(REPORTS) == "1"  # with the next parameter, this report is still open
