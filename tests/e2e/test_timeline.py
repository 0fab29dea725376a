"""The timeline: writing, liking, replying, scrolling, with JavaScript and without."""

import time
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.room_page import PATIENCE

WRITE_MANY = """
from timeline import posts
dan = User.objects.get(handle="dan")
for number in range(45):
    posts.write(author=dan, text=f"Frost report number {number:02}")
"""


@pytest.fixture
def sea(tmp_path: Path) -> Path:
    path = tmp_path / "sea.jpg"
    Image.new("RGB", (900, 600), "teal").save(path)
    return path


def test_a_post_can_be_written_liked_answered_and_deleted(open_as, chromium, stack, sea):
    eve = open_as("eve", stack.url, viewport={"width": 390, "height": 844}).page
    eve.get_by_label("Your post").fill("A teal sea, @ben.")
    eve.get_by_label("Add a picture").set_input_files(sea)
    eve.get_by_label("Describe the picture").fill("Sea to the edge")
    expect(eve.get_by_text("263", exact=True)).to_be_visible()
    eve.get_by_role("button", name="Post", exact=True).click()
    expect(eve.get_by_text("Your post will appear in a moment.")).to_be_visible(timeout=PATIENCE)
    # It appears on the author's page by itself, and is public from then on.
    expect(eve.get_by_role("img", name="Sea to the edge")).to_be_visible(timeout=PATIENCE)

    ben = open_as("ben", stack.url, bypass_csp=True).page
    post = ben.get_by_role("article").filter(has_text="A teal sea")
    expect(post.get_by_role("img", name="Sea to the edge")).to_be_visible()
    expect(post.get_by_role("link", name="@ben")).to_have_attribute("href", "/@ben/")
    post.get_by_role("button", name="Like").click()
    liked = post.get_by_role("button", name="Like, 1", pressed=True)
    expect(liked).to_be_focused(timeout=PATIENCE)
    post.locator(".post-text").click(position={"x": 4, "y": 4})
    ben.wait_for_url("**/posts/*/", timeout=PATIENCE)
    ben.get_by_label("Your reply").fill("Which edge?")
    ben.keyboard.press("Control+Enter")
    expect(ben.get_by_role("region", name="Replies")).to_contain_text(
        "Which edge?", timeout=PATIENCE
    )
    for scheme in ("light", "dark"):
        ben.emulate_media(color_scheme=scheme)
        assert chromium.violations(ben) == []

    eve.get_by_role("link", name="Notifications").first.click()
    reply = eve.locator(".row-link", has_text="Ben replied to you: “Which edge?”")
    expect(reply).to_be_visible(timeout=PATIENCE)
    eve.goto(stack.url)
    mine = eve.get_by_role("article").filter(has_text="A teal sea")
    mine.get_by_role("button", name="More, post by Eve").click()
    mine.get_by_text("Delete", exact=True).click()
    mine.get_by_role("button", name="Delete for good").click()
    expect(eve.get_by_text("Your post is deleted.")).to_be_visible(timeout=PATIENCE)
    expect(mine).to_have_count(0)


def test_a_post_with_an_unreadable_picture_can_be_posted_without_it(open_as, chromium, stack, sea):
    sea.write_bytes(sea.read_bytes()[:700])  # only the header, which states the picture's size
    eve = open_as("eve", stack.url, bypass_csp=True).page
    eve.get_by_label("Your post").fill("A sea without an edge")
    eve.get_by_label("Add a picture").set_input_files(sea)
    eve.get_by_role("button", name="Post", exact=True).click()
    post = eve.get_by_role("article").filter(has_text="A sea without an edge")
    expect(post.get_by_role("alert")).to_contain_text("cannot be read", timeout=PATIENCE)
    for scheme in ("light", "dark"):
        eve.emulate_media(color_scheme=scheme)
        assert chromium.violations(eve) == []
    post.get_by_role("button", name="Post without the picture").click()
    expect(eve.get_by_text("Posted without the picture.")).to_be_visible(timeout=PATIENCE)
    expect(post.get_by_role("alert")).to_have_count(0)


def test_a_list_continues_during_scrolling(open_as, chromium, stack):
    stack.shell(WRITE_MANY)
    page = open_as("eve", f"{stack.url}/@dan/", bypass_csp=True).page
    reports = page.get_by_text("Frost report number")
    expect(reports).to_have_count(20)
    page.get_by_role("article").last.scroll_into_view_if_needed()
    expect(reports).to_have_count(40, timeout=PATIENCE)
    page.get_by_role("article").last.scroll_into_view_if_needed()
    expect(page.get_by_text("Frost report number 00")).to_have_count(1, timeout=PATIENCE)
    assert len(set(reports.all_inner_texts())) == 45
    assert chromium.violations(page) == []


def test_the_timeline_works_without_javascript(open_as, stack, sea):
    page = open_as("cleo", stack.url, java_script_enabled=False).page
    page.get_by_label("Your post").fill("Rye without script")
    page.get_by_label("Add a picture").set_input_files(sea)
    page.get_by_label("Describe the picture").fill("Not bread")
    page.get_by_role("button", name="Post", exact=True).click()
    post = page.get_by_role("article").filter(has_text="Rye without script")
    until = time.monotonic() + PATIENCE / 1000
    while post.get_by_role("img", name="Not bread").count() == 0:
        assert time.monotonic() < until
        page.reload()
    post.get_by_role("button", name="Like").click()
    expect(post.get_by_role("button", name="Like, 1", pressed=True)).to_be_visible()
    post.get_by_role("link", name="Replies: 0").click()
    page.get_by_label("Your reply").fill("I answer myself")
    page.get_by_role("button", name="Reply", exact=True).click()
    expect(page.get_by_role("region", name="Replies")).to_contain_text("I answer myself")
    lead = page.get_by_role("article").first
    lead.get_by_role("button", name="More, post by Cleo").click()
    lead.get_by_text("Delete", exact=True).click()
    lead.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("Your post is deleted.")).to_be_visible()
