"""Guests listen by the link, without an account; they are counted, and can be removed."""

import re

from playwright.sync_api import expect

from tests.e2e.album import open_more
from tests.e2e.room_page import PATIENCE, SILENCE, RoomPage

ANA = 600  # Hz


def allow_guests(host: RoomPage, allowed: bool) -> None:
    open_more(host, "Edit title, topics and guests")
    sheet = host.page.get_by_role("dialog", name="Title, topics and guests")
    sheet.get_by_role("switch", name="Anyone with the link can listen").set_checked(allowed)
    sheet.get_by_role("button", name="Save").click()
    expect(sheet).to_be_hidden(timeout=PATIENCE)


def test_a_guest_can_listen_is_counted_and_can_be_removed(open_as, chromium, stack):
    ana = open_as("ana", f"{stack.url}/spaces/start/", tone=ANA)
    ana.page.get_by_label("What will you talk about?").fill("Doors that stand open")
    ana.page.get_by_role("switch", name="Anyone with the link can listen").check()
    ana.page.get_by_role("button", name="Start now").click()
    ana.wait_for_sound()
    ana.unmute()

    guest = RoomPage(chromium.open("about:blank", chromium.launch()), "")
    guest.prefer("debug", "1")
    ana.send_message("Good evening")
    guest.page.goto(ana.page.url)
    expect(guest.page.get_by_role("button", name="Listen as a guest")).to_be_visible()
    assert "Good evening" not in guest.page.content()
    assert chromium.violations(guest.page) == []
    guest.enter()
    expect(guest.page.locator("li[data-message]")).to_contain_text(["Good evening"])
    guest.wait_to_hear(ANA)
    expect(guest.room.get_by_role("link", name="Listening as a guest")).to_be_visible()
    expect(guest.room.get_by_role("button", name="React")).to_have_count(0)
    expect(guest.room.get_by_role("button", name="Request")).to_have_count(0)
    expect(guest.page.get_by_role("textbox", name="Your message")).to_have_count(0)
    assert chromium.violations(guest.page) == []

    expect(ana.room.get_by_role("button", name="1 guest")).to_be_visible(timeout=PATIENCE)
    allow_guests(ana, False)
    refused = guest.page.locator("[data-part=refused]")
    expect(refused).to_contain_text("The host closed this Space to guests", timeout=PATIENCE)
    signing_in = re.compile(r"/accounts/login/\?next=")
    expect(refused.get_by_role("link", name="Sign in")).to_have_attribute("href", signing_in)
    assert guest.spectrum(ANA) == [SILENCE]
    assert chromium.violations(guest.page) == []
    expect(ana.room.get_by_text("Open to guests")).to_be_hidden(timeout=PATIENCE)
    allow_guests(ana, True)
    expect(ana.room.get_by_text("Open to guests")).to_be_visible(timeout=PATIENCE)
    guest.page.goto(ana.page.url)
    guest.enter()
    guest.room.get_by_role("button", name="Leave").click()
    expect(guest.page).to_have_url(f"{stack.url}/")  # without a question, as guests have no seat
    guest.page.goto(ana.page.url)
    guest.enter()
    guest.wait_to_hear(ANA)

    people = ana.open_people()
    expect(people.get_by_text("1 guest")).to_be_visible(timeout=PATIENCE)
    assert chromium.violations(ana.page) == []
    people.get_by_role("button", name="Remove Guest").click(timeout=PATIENCE)
    sure = ana.page.get_by_role("dialog", name="Remove Guest")
    sure.get_by_role("button", name="Remove", exact=True).click()
    expect(guest.page.get_by_text("A host removed you from this Space")).to_be_visible(
        timeout=PATIENCE
    )
    assert guest.spectrum(ANA) == [SILENCE]
    let_back_in = people.get_by_role("button", name=re.compile(r"Let Guest \d+ back in"))
    expect(let_back_in).to_be_visible(timeout=PATIENCE)
    expect(ana.room.get_by_role("button", name="1 guest")).to_be_hidden(timeout=PATIENCE)

    guest.page.reload()
    expect(guest.page.get_by_text("A host removed you from this Space")).to_be_visible()
    expect(guest.page.get_by_role("button", name="Listen as a guest")).to_have_count(0)

    newcomer = chromium.open(ana.page.url)
    expect(newcomer.get_by_text("Someone on your network was removed")).to_be_visible()
    expect(newcomer.get_by_role("button", name="Listen as a guest")).to_have_count(0)
    expect(newcomer.get_by_role("link", name="Sign in to listen")).to_be_visible()
    assert chromium.violations(newcomer) == []

    remedy = people.get_by_role("button", name="Require an account from now on")
    expect(remedy).to_be_visible()
    assert chromium.violations(ana.page) == []
    remedy.click()
    expect(people.get_by_text("Only people with an account can listen now")).to_be_visible()
    expect(remedy).to_have_count(0)
    ana.close_sheet()
    expect(ana.room.get_by_text("Open to guests")).to_be_hidden(timeout=PATIENCE)


def test_a_signed_out_visitors_page_contains_no_room(chromium, join_space, space_url, stack):
    eve = join_space("eve")
    eve.send_message("Said in the room")
    stranger = chromium.open(space_url)
    preview = stranger.get_by_role("dialog", name="What our cities sound like")
    expect(preview.get_by_role("link", name="Ana")).to_have_attribute("href", "/@ana/")
    expect(preview.get_by_text("1 listening now")).to_be_visible()
    assert stranger.locator("[data-part=room], [data-part=chat], #snapshot").count() == 0
    assert "Said in the room" not in stranger.content()
    preview.get_by_role("button", name="Share").click()
    sheet = stranger.get_by_role("dialog", name="Share this Space")
    sheet.get_by_role("button", name="Copy the link").click()
    expect(stranger.get_by_text("Link copied").or_(stranger.get_by_text(space_url))).to_be_visible()
    stranger.keyboard.press("Escape")
    expect(preview).to_be_visible()
    stranger.keyboard.press("Escape")
    expect(stranger).to_have_url(f"{stack.url}/")
    stranger.goto(space_url)
    stranger.get_by_role("link", name="Sign in to listen").click()
    expect(stranger).to_have_url(re.compile(r"/accounts/login/\?next="))
