"""Sharing: a post's card leads people into the Space, and everyone in it sees a pinned post."""

import re

from playwright.sync_api import expect

from tests.e2e.room_page import PATIENCE

FOLLOW = """
from accounts.follow import follow
follow(follower=User.objects.get(handle="cleo"), followed=User.objects.get(handle="ana"))
"""
AN_OLDER_PIN = """
from timeline import pins, posts
ben = User.objects.get(handle="ben")
space = Space.objects.live().get(host__handle="ana")
post = posts.write(author=ben, text="Rain: https://example.org/rain @ana")
pins.pin(space, post=post, by=ben)
"""
ANA = 600  # Hz


def test_a_shared_card_leads_into_the_space_and_everyone_sees_a_pin(
    join_space, open_as, chromium, stack
):
    stack.shell(FOLLOW)
    ana, eve = join_space("ana", tone=ANA), join_space("eve")
    ana.unmute()
    stack.shell(AN_OLDER_PIN)
    pinned = eve.room.get_by_role("list", name="Pinned posts")
    expect(pinned.get_by_text("Pinned by Ben")).to_be_visible(timeout=PATIENCE)
    pinned.get_by_role("link", name="https://example.org/rain").click(
        trial=True
    )  # nothing covers it

    ana.room.get_by_role("button", name="Share").click()
    sheet = ana.page.get_by_role("dialog", name="Share this Space")
    assert chromium.violations(ana.page) == []
    sheet.get_by_role("link", name="Post to my timeline").click()
    ana.page.get_by_role("button", name="Post", exact=True).first.click(timeout=PATIENCE)
    posted = ana.page.get_by_role("article").filter(has_text="I am live").first
    expect(posted).to_be_visible(timeout=PATIENCE)
    eve.wait_to_hear(ANA)  # Eve hears Ana while Ana is posting

    posted.get_by_role("button", name="More, post by Ana").click()
    ana.page.get_by_role("button", name="Pin to Space").click()
    expect(ana.page.get_by_text("Pinned: everyone in the Space sees it")).to_be_visible()
    expect(pinned.get_by_text("I am live")).to_be_visible(timeout=PATIENCE)
    expect(pinned.get_by_text("Pinned by Ana")).to_be_in_viewport(ratio=1)
    assert chromium.violations(eve.page) == []

    cleo = open_as("cleo", stack.url)
    card = cleo.page.get_by_role("article").filter(has_text="I am live").first
    card.get_by_role("link", name="What our cities sound like").click(timeout=PATIENCE)
    cleo.enter()
    cleo.wait_to_hear(ANA)
    expect(cleo.room.get_by_text("Pinned by Ana")).to_be_visible()
    expect(cleo.room.get_by_role("button", name="Unpin this post")).to_be_hidden()

    ana.page.locator("[data-part=dock-open]").click()
    ana.room.get_by_role("button", name="Unpin this post").first.click(timeout=PATIENCE)
    for person in (ana, eve, cleo):
        expect(person.room.get_by_text("Pinned by Ana")).to_be_hidden(timeout=PATIENCE)
    pinned.get_by_role("listitem").click(position={"x": 30, "y": 60})  # beside the text
    expect(eve.page).to_have_url(re.compile(r"/@ben/posts/\d+/"), timeout=PATIENCE)
    eve.wait_to_hear(ANA)
