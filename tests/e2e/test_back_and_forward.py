"""Back, Forward and a reload return to the same position, in an updated list."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.e2e.room_page import PATIENCE

STANDS_AT = "([row, top]) => Math.abs(row.getBoundingClientRect().top - top) <= 2"
PHONE = {"width": 390, "height": 844}
WRITE_MANY = """
from accounts import follow
from timeline import posts
dan, eve = (User.objects.get(handle=handle) for handle in ("dan", "eve"))
follow.follow(follower=eve, followed=dan)
for number in range(70):
    posts.write(author=dan, text=f"Thaw report number {number:02}")
"""
MEANWHILE = """
from timeline import posts
from timeline.models import Post
dan, ben = (User.objects.get(handle=handle) for handle in ("dan", "ben"))
for number in range(3):
    posts.write(author=dan, text=f"Newest thaw report {number}")
posts.delete(Post.objects.get(text="Thaw report number 60"), by=dan)
posts.like(Post.objects.get(text="Thaw report number 20"), user=ben)
"""
# Each host gets a lease, as if they were connected, so that no Space ends during a slow test.
MANY_SPACES = """
from time import time
from django.conf import settings
from redis import Redis
from spaces.actions import lifecycle
redis = Redis.from_url(settings.REDIS_URL)
for number in range(25):
    host = User.objects.filter(handle=f"host_{number:02}").first() or User.objects.create_user(
        f"host_{number:02}", f"host_{number:02}@demo.invalid", "x", follower_count=600)
    space = lifecycle.start(host=host, title=f"Thaw talk number {number:02}")
    redis.zadd(f"presence:{space.public_id}", {host.key: time() + 600})
"""
THEY_END = """
from spaces.actions import lifecycle
for space in Space.objects.live().filter(host__handle__startswith="host_"):
    lifecycle.end(space, by=space.host)
"""
SAY_MUCH = """
from spaces.actions import chat
space = Space.objects.live().get(host__handle="ana")
for number in range(70):
    chat.send(space, author=space.host, text=f"Line number {number:02}")
"""
TAKE_BACK = """
from spaces.actions import chat
space = Space.objects.live().get(host__handle="ana")
line = space.messages.get(text="Line number 07")
chat.delete(space, by=space.host, message_id=line.pk)
"""


def top_of(row: Locator) -> float:
    """Return the distance in px between the row and the top of the window."""
    box = row.bounding_box()
    assert box
    return box["y"]


def wait_for_top(row: Locator, top: float) -> None:
    expect(row).to_be_in_viewport(timeout=PATIENCE)
    row.page.wait_for_function(STANDS_AT, arg=[row.element_handle(), top], timeout=PATIENCE)


def scroll_to_end(page: Page, rows: Locator, *counts: int) -> None:
    """Scroll to the end of the list, so that it grows to each of these counts."""
    for count in counts:
        rows.last.scroll_into_view_if_needed()
        expect(rows).to_have_count(count, timeout=PATIENCE)


def test_back_returns_to_the_post_that_was_opened(open_as, stack):
    stack.shell(WRITE_MANY)
    page = open_as("eve", stack.url, viewport=PHONE).page
    rows = page.locator("#posts > article")
    scroll_to_end(page, rows, 40, 60)
    post = rows.filter(has_text="Thaw report number 20")
    post.scroll_into_view_if_needed()
    top = top_of(post)
    post.get_by_role("link", name="Replies: 0").click()
    expect(page.get_by_role("heading", name="Post", exact=True)).to_be_visible(timeout=PATIENCE)

    stack.shell(MEANWHILE)
    asked: list[str] = []

    def record(request: Request) -> None:
        if request.resource_type in ("document", "xhr", "fetch"):
            asked.append(request.url)

    page.on("request", record)
    page.go_back()
    wait_for_top(post, top)
    assert rows.count() == 60 + 3 - 1
    assert len(asked) == 1
    expect(post.get_by_role("button", name="Like, 1")).to_be_visible()
    expect(page.get_by_text("Thaw report number 60")).to_have_count(0)
    expect(post.get_by_role("link", name="Replies: 0")).to_be_focused()

    page.go_forward()
    expect(page.get_by_role("heading", name="Post", exact=True)).to_be_visible(timeout=PATIENCE)
    page.reload()
    page.go_back()
    wait_for_top(post, top)
    page.reload()
    wait_for_top(post, top)
    expect(rows).to_have_count(62)

    # Signing out deletes the stored positions.
    page.goto(f"{stack.url}/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(stack.url + "/", timeout=PATIENCE)
    assert "post-" not in page.evaluate("sessionStorage.getItem('spaces.positions') ?? ''")
    page.go_back()
    page.go_back()
    expect(page.get_by_role("link", name="Create an account")).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("scrollY") == 0


@pytest.fixture
def many_spaces(stack) -> Iterator[None]:
    stack.shell(MANY_SPACES)
    yield
    stack.shell(THEY_END)


@pytest.mark.usefixtures("many_spaces")
def test_back_returns_to_the_same_position_in_lists_of_people_and_spaces(open_as, stack):
    page = open_as(
        "eve", f"{stack.url}/@dan/followers/", viewport={"width": 1280, "height": 800}
    ).page
    fans = page.locator("#follow-list > li[data-until]")
    expect(fans).to_have_count(30)
    scroll_to_end(page, fans, 60)
    fan = fans.nth(50)
    fan.scroll_into_view_if_needed()
    top = top_of(fan)
    fan.get_by_role("link").last.click()
    expect(page.locator(".profile")).to_be_visible(timeout=PATIENCE)
    page.go_back()
    wait_for_top(fan, top)
    expect(fans).to_have_count(60)

    page.locator(".navigation a[href='/spaces/']").click()
    cards = page.locator("#cards > li[data-card]")
    expect(cards).to_have_count(20, timeout=PATIENCE)
    assert page.evaluate("scrollY") == 0
    page.get_by_role("link", name="More", exact=True).click()
    expect(page.get_by_role("link", name="More", exact=True)).to_have_count(0, timeout=PATIENCE)
    shown = cards.count()
    card = cards.last
    card.scroll_into_view_if_needed()
    words = card.get_by_role("heading").inner_text()
    card = cards.filter(has_text=words)
    top = top_of(card)
    card.get_by_role("link").click()
    expect(page.locator("space-room")).to_be_visible(timeout=PATIENCE)
    page.go_back()
    wait_for_top(card, top)
    expect(cards).to_have_count(shown)


def test_back_returns_to_the_same_message_of_the_chat(join_space, stack):
    eve = join_space("eve", viewport={"width": 1280, "height": 800})
    page = eve.page
    stack.shell(SAY_MUCH)
    lines = page.locator("[data-part=messages] > li")
    expect(lines).to_have_count(70, timeout=PATIENCE)
    line = lines.filter(has_text="Line number 05")
    line.scroll_into_view_if_needed()
    top = top_of(line)
    page.get_by_role("link", name="Minimise").click()
    expect(page).to_have_title("Home · Spaces", timeout=PATIENCE)
    stack.shell(TAKE_BACK)
    page.go_back()
    wait_for_top(line, top)
    expect(page.get_by_text("Line number 07")).to_have_count(0)

    # On a phone the chat covers the room; after Forward, it is open again.
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name="Minimise").click()
    expect(page).to_have_title("Home · Spaces", timeout=PATIENCE)
    page.get_by_role("region", name="The Space you are in").get_by_role("link").click()
    page.get_by_role("button", name="Chat", exact=True).click(timeout=PATIENCE)
    line = lines.filter(has_text="Line number 40")
    line.scroll_into_view_if_needed()
    top = top_of(line)
    page.go_back()
    expect(page).to_have_title("Home · Spaces", timeout=PATIENCE)
    page.go_forward()
    wait_for_top(line, top)
    page.get_by_role("button", name="Close the chat").click()

    # The link to minimise goes back in the history.
    page.get_by_role("link", name="Minimise").click()
    expect(page).to_have_title("Home · Spaces", timeout=PATIENCE)
    page.go_forward()
    expect(eve.root).to_have_attribute("data-phase", "room", timeout=PATIENCE)
