"""Cards and lists of scheduled Spaces change with their Spaces, without a reload."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.room_page import PATIENCE

SCHEDULE = """
from datetime import timedelta
from django.utils import timezone
from scheduling.actions import planning
from scheduling.plan import Plan
from timeline import posts
host = User.objects.get(handle="ana")
at = timezone.now().replace(second=0, microsecond=0) + timedelta(days=3)
space, _ = planning.schedule(host=host, plan=Plan(title="Rain on Tuesday", minutes=60,
    local_date=at.date(), local_time=at.time(), zone="UTC"))
posts.write(author=host, text="Mark the day", space=space)
print(space.public_id)
"""
CHANGE = """
from datetime import timedelta
from spaces.actions import lifecycle
from spaces.directory.live_updates.open_pages import request_refresh
from spaces.models import State
space = Space.objects.get(public_id="{space}")
{change}
request_refresh()
"""
EDIT = """
from scheduling.actions import planning
from scheduling.plan import Plan
at = space.starts_at + timedelta(hours={hours})
planning.edit(space, by=space.host, plan=Plan(title={title}, minutes=60, local_date=at.date(),
    local_time=at.time(), zone="UTC"))
"""
RENAME = EDIT.format(title="'Fog on Tuesday'", hours=0)
MOVE = EDIT.format(title="space.title", hours=9 * 24)
CLASH = """
from scheduling.actions import planning, reminders
from scheduling.plan import Plan
at = space.starts_at
other, _ = planning.schedule(host=User.objects.get(handle="cleo"), plan=Plan(title="Ink",
    minutes=60, local_date=at.date(), local_time=at.time(), zone="UTC"))
for each in (space, other):
    reminders.set_reminder(each, user=User.objects.get(handle="eve"))
"""
START = "lifecycle.go_live(space, by=space.host)"
END = "lifecycle.end(space, by=space.host)"
CANCEL = "space.transition(State.CANCELLED)"
CLEAN_UP = f"{CANCEL} if space.is_scheduled else None"


@pytest.fixture
def change(stack):
    """Schedule a Space, and return a function that changes it. Cancel the Space at the end."""
    space = stack.shell(SCHEDULE).splitlines()[-1]
    yield lambda change: stack.shell(CHANGE.format(space=space, change=change))
    stack.shell(CHANGE.format(space=space, change=CLEAN_UP))


def test_a_card_shows_its_start_then_live_then_ended(open_as, stack, change):
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


def test_a_card_and_a_row_show_a_new_title(open_as, stack, change):
    home = open_as("eve", stack.url).page
    upcoming = open_as("cleo", f"{stack.url}/spaces/upcoming/").page
    home.evaluate("window.kept = true")
    post = home.locator("article.post").filter(has_text="Mark the day").first
    card = post.get_by_role("link", name=re.compile("^Starts.*Rain on Tuesday"))
    card.focus()
    change(RENAME)
    renamed = post.get_by_role("link", name=re.compile("^Starts.*Fog on Tuesday"))
    expect(renamed).to_be_visible(timeout=PATIENCE)
    expect(renamed).to_be_focused()
    row = upcoming.get_by_role("listitem").filter(has_text="Fog on Tuesday")
    expect(row).to_be_visible(timeout=PATIENCE)
    expect(upcoming.get_by_text("Rain on Tuesday")).to_have_count(0)
    change(START)
    expect(post.get_by_role("link", name=re.compile("^LIVE.*Fog"))).to_be_visible(timeout=PATIENCE)
    change(END)
    assert home.evaluate("window.kept")


def test_my_schedule_puts_a_moved_space_on_its_new_day(open_as, stack, change):
    change(CLASH)
    page = open_as("eve", f"{stack.url}/schedule/").page
    mine = page.locator(".own-schedule")
    clash = mine.get_by_text(re.compile("Same time as"))
    expect(clash).to_have_count(2)
    day = mine.get_by_role("region").filter(has_text="Ink")
    expect(day).to_contain_text("Rain on Tuesday")
    change(MOVE)
    expect(day).not_to_contain_text("Rain on Tuesday", timeout=PATIENCE)
    expect(mine.get_by_role("region").filter(has_text="Rain on Tuesday")).to_be_visible()
    expect(clash).to_have_count(0)
    change(f"{CANCEL}; Space.objects.get(title='Ink').transition(State.CANCELLED)")
    expect(mine.get_by_text("Cancelled")).to_have_count(2, timeout=PATIENCE)


def test_a_card_shows_that_its_space_was_cancelled(open_as, stack, change):
    page = open_as("eve", stack.url).page
    post = page.locator("article.post").filter(has_text="Mark the day").first
    card = post.get_by_role("link", name=re.compile("^Starts"))
    card.focus()
    change(CANCEL)
    cancelled = post.get_by_role("link", name=re.compile("^Cancelled Rain on Tuesday"))
    expect(cancelled).to_be_visible(timeout=PATIENCE)
    expect(cancelled).to_be_focused()


def test_a_row_of_a_list_moves_with_its_space_and_leaves_when_it_starts(open_as, stack, change):
    page = open_as("eve", f"{stack.url}/spaces/upcoming/").page
    row = page.get_by_role("listitem").filter(has_text="Rain on Tuesday")
    before = row.get_by_role("link").inner_text()
    change(MOVE)
    expect(row.get_by_role("link")).not_to_have_text(before, timeout=PATIENCE)
    expect(row.get_by_role("link")).to_have_text(re.compile(r"\w{3} \d+ \w{3}"))
    change(START)
    expect(row).to_have_count(0, timeout=PATIENCE)
    change(END)


def test_a_bell_sets_a_reminder_and_the_schedule_shows_it_until_the_end(open_as, stack, change):
    page = open_as("eve", f"{stack.url}/spaces/upcoming/").page
    bell = page.get_by_role("button", name="Remind me of Rain on Tuesday")
    expect(bell).to_have_attribute("aria-pressed", "false")
    bell.focus()
    page.keyboard.press("Enter")
    expect(bell).to_have_attribute("aria-pressed", "true")
    expect(bell).to_be_focused()
    page.get_by_role("link", name="My schedule").click()
    expect(page.get_by_role("heading", name="My schedule")).to_be_visible(timeout=PATIENCE)
    mine = page.locator(".own-schedule")  # the side column lists upcoming Spaces, too
    item = mine.get_by_role("listitem").filter(has_text="Rain on Tuesday")
    expect(item).to_contain_text("Reminder set")
    change(START)
    expect(item).to_contain_text("LIVE", timeout=PATIENCE)
    change(END)
    expect(item).to_have_count(0, timeout=PATIENCE)
