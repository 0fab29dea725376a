"""The card of a scheduled Space in a post changes with its Space, without a reload."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.room_page import PATIENCE

SCHEDULE = """
from datetime import timedelta
from django.utils import timezone
from spaces.models import State
from timeline import posts
host = User.objects.get(handle="ana")
starts_at = timezone.now() + timedelta(days=3)
space = Space.objects.create(
    host=host, title="Rain on Tuesday", state=State.SCHEDULED, starts_at=starts_at)
posts.write(author=host, text="Mark the day", space=space)
print(space.public_id)
"""
CHANGE = """
from datetime import timedelta
from spaces.actions import lifecycle
from spaces.directory.push.open_pages import request_refresh
from spaces.models import State
space = Space.objects.get(public_id="{space}")
{change}
request_refresh()
"""
MOVE = "Space.objects.filter(pk=space.pk).update(starts_at=space.starts_at + timedelta(days=9))"
START = "lifecycle.go_live(space, by=space.host)"
END = "lifecycle.end(space, by=space.host)"
CANCEL = "space.transition(State.CANCELLED)"


@pytest.fixture
def change(stack):
    space = stack.shell(SCHEDULE).splitlines()[-1]
    return lambda change: stack.shell(CHANGE.format(space=space, change=change))


def test_a_card_changes_from_its_time_to_live_to_ended(open_as, stack, change):
    page = open_as("eve", stack.url).page
    page.evaluate("window.kept = true")
    post = page.locator("article.post").filter(has_text="Mark the day")
    near = post.get_by_role("link", name=re.compile(r"^Starts \w{3} \d+:\d\d( [AP]M)? Rain on"))
    expect(near).to_be_visible()
    change(MOVE)
    far = re.compile(r"^Starts \w{3} \d+ \w{3}.*Rain on")
    expect(post.get_by_role("link", name=far)).to_be_visible(timeout=PATIENCE)
    change(START)
    live = post.get_by_role("link", name=re.compile("^LIVE.*Rain on Tuesday.*0 listening"))
    expect(live).to_be_visible(timeout=PATIENCE)
    change(END)
    ended = post.get_by_role("link", name=re.compile("^Ended · less than a minute.*Rain on"))
    expect(ended).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("window.kept")


def test_a_card_says_that_its_space_was_cancelled(open_as, stack, change):
    page = open_as("eve", stack.url).page
    post = page.locator("article.post").filter(has_text="Mark the day").first
    card = post.get_by_role("link", name=re.compile("^Starts"))
    card.focus()
    change(CANCEL)
    cancelled = post.get_by_role("link", name=re.compile("^Cancelled Rain on Tuesday"))
    expect(cancelled).to_be_visible(timeout=PATIENCE)
    expect(cancelled).to_be_focused()
