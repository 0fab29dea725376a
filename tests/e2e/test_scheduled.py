"""Scheduled Spaces: planned on a phone, shown on open pages, started, cancelled, missed."""

import re
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.e2e.keyboard import press, tab_to
from tests.e2e.plans import let_time_pass, schedule
from tests.e2e.room_page import PATIENCE
from tests.fixtures.stack import PASSWORD

ANA, CLEO = 600, 740  # Hz
PHONE = {"width": 390, "height": 844}
LISBON, TOKYO = ZoneInfo("Europe/Lisbon"), ZoneInfo("Asia/Tokyo")


@pytest.fixture
def planned(stack):
    """Schedule Ana's Space in two days: `planned(invited=("cleo",))` returns its URL."""
    return partial(schedule, stack)


@pytest.fixture
def move(stack):
    """Move the start of a Space: `move(address, minutes_left=5)`."""
    return partial(let_time_pass, stack)


def type_time(page, at):
    page.get_by_label("Date").fill(f"{at:%Y-%m-%d}")
    page.get_by_label("Time", exact=True).fill(f"{at:%H:%M}")


def test_a_space_with_a_reminder_is_scheduled_moved_and_heard(open_as, chromium, stack):
    ana = open_as(
        "ana", f"{stack.url}/spaces/start/", tone=ANA, viewport=PHONE, timezone_id="Europe/Lisbon"
    )
    ana.page.get_by_label("What will you talk about?").fill("Trams at dawn")
    ana.page.get_by_role("link", name="Schedule").click()
    expect(ana.page.get_by_label("What will you talk about?")).to_have_value("Trams at dawn")
    expect(ana.page.get_by_text("Time in Lisbon")).to_be_visible()
    at = datetime.now(LISBON).replace(hour=18, minute=0) + timedelta(days=2)
    type_time(ana.page, at)
    assert chromium.violations(ana.page) == []
    label = re.compile(rf"Schedule for {at:%a} (18:00|6:00\sPM)")
    ana.page.get_by_role("button", name=label).click()
    expect(ana.page.get_by_role("heading", name="Trams at dawn")).to_be_visible()
    assert chromium.violations(ana.page) == []
    address = ana.page.url

    eve = open_as("eve", address, timezone_id="Asia/Tokyo", viewport=PHONE)
    eve.page.evaluate("window.kept = true")
    day = eve.page.locator("time[data-time=date]")
    expect(day).to_contain_text(f"{at.astimezone(TOKYO):%A}")
    expect(eve.page.get_by_text("Your time, Tokyo.")).to_be_visible()
    expect(eve.page.get_by_text(re.compile(r"for .*Ana.* in Lisbon"))).to_be_visible()
    eve.page.get_by_role("button", name="Set reminder").click()
    reminder = eve.page.get_by_role("button", name=re.compile("Reminder set 1"))
    expect(reminder).to_have_attribute("aria-pressed", "true", timeout=PATIENCE)
    assert chromium.violations(eve.page) == []

    ana.page.get_by_role("link", name="Edit").click()
    expect(ana.page.get_by_text("1 person has a reminder")).to_be_visible()
    type_time(ana.page, datetime.now(LISBON) + timedelta(minutes=7))
    ana.page.get_by_role("button", name="Save").click()
    moved = eve.page.get_by_text(re.compile("The host moved this Space. It starts to"))
    expect(moved).to_be_visible(timeout=PATIENCE)
    expect(eve.page.locator("[data-unit=hour] b")).to_have_text("0")

    ana.page.get_by_role("button", name="Go live").click()
    ana.wait_for_sound()
    ana.unmute()
    eve.wait_for_sound()
    eve.wait_to_hear(ANA)
    assert (eve.page.url, eve.page.evaluate("window.kept")) == (address, True)


def test_people_can_schedule_set_a_reminder_and_cancel_by_keyboard_alone(open_as, stack):
    page = open_as("ana", f"{stack.url}/spaces/start/", timezone_id="UTC").page
    tab_to(page, "What will you talk about?")
    page.keyboard.type("Trams at dawn")
    press(page, "Schedule")
    expect(page.get_by_text("Time in UTC")).to_be_visible()
    at = datetime.now(TOKYO) + timedelta(days=20)
    tab_to(page, "Date")
    page.keyboard.type(f"{at:%m%d%Y}")  # as in American English
    expect(page.get_by_label("Date")).to_have_value(f"{at:%Y-%m-%d}")
    tab_to(page, "Time")
    page.keyboard.type("0630PM")
    expect(page.get_by_label("Time", exact=True)).to_have_value("18:30")
    press(page, "Time in UTC")
    tab_to(page, "Find a city")
    page.keyboard.type("tokyo")
    expect(page.get_by_text("1 found")).to_be_attached()
    tab_to(page, "Time zone")
    page.keyboard.press("Home")
    expect(page.get_by_text(re.compile("Time in Tokyo"))).to_be_visible()
    press(page, f"Schedule for {at:%a} {at.day} {at:%b}")
    expect(page.get_by_text(re.compile("for .*Ana.* in Tokyo"))).to_be_visible()
    address = page.url

    eve = open_as("eve", address).page
    eve.evaluate("window.kept = true")
    press(eve, "Set reminder")
    reminder = eve.get_by_role("button", name="Reminder set")
    expect(reminder).to_be_focused()

    press(page, "More")
    press(page, "Cancel this Space")
    expect(page.get_by_text("One person has a reminder and will be notified.")).to_be_visible()
    tab_to(page, "Reason")
    page.keyboard.type("I have lost my voice")
    press(page, "Cancel the Space")
    for each in (page, eve):
        expect(each.get_by_text("The host cancelled this Space")).to_be_visible(timeout=PATIENCE)
        expect(each.get_by_text("I have lost my voice")).to_be_visible()
    assert (eve.url, eve.evaluate("window.kept")) == (address, True)


def test_an_open_page_shows_changes_of_the_title_the_description_and_the_cohosts(open_as, planned):
    address = planned()
    eve = open_as("eve", address).page
    eve.evaluate("window.kept = true")
    ana = open_as("ana", address).page
    ana.get_by_role("link", name="Edit").click()
    ana.get_by_label("What will you talk about?").fill("Snow on Tuesday")
    ana.get_by_label("What is it about?").fill("Bring a shovel")
    ana.get_by_role("button", name="Save").click()
    expect(eve.get_by_role("heading", name="Snow on Tuesday")).to_be_visible(timeout=PATIENCE)
    expect(eve.get_by_text("Bring a shovel")).to_be_visible()
    expect(eve.get_by_text("The host moved this Space")).to_have_count(0)
    cleo = open_as("cleo", address).page
    ana.get_by_label("Handle of a co-host").fill("@cleo")
    ana.get_by_role("button", name="Invite to co-host").click()
    cleo.get_by_role("button", name="Co-host", exact=True).click(timeout=PATIENCE)
    for page in (eve, ana):
        expect(page.get_by_text("Co-host", exact=True)).to_be_visible(timeout=PATIENCE)
    assert eve.evaluate("window.kept")


def test_a_cohost_starts_the_space_and_the_host_takes_over(open_as, planned, move):
    address = planned(invited=("cleo",))
    cleo, eve = open_as("cleo", address, tone=CLEO), open_as("eve", address)
    cleo.page.get_by_role("button", name="Co-host", exact=True).click()
    start = cleo.page.get_by_role("button", name="Go live")
    expect(cleo.page.get_by_text("You co-host this Space.")).to_be_visible(timeout=PATIENCE)
    expect(start).to_be_hidden()
    move(address, minutes_left=12)
    expect(start).to_be_disabled(timeout=PATIENCE)
    move(address, minutes_left=5)
    expect(start).to_be_enabled(timeout=PATIENCE)
    start.click()
    cleo.wait_for_sound()
    cleo.unmute()
    eve.wait_for_sound()
    eve.wait_to_hear(CLEO)
    ana = open_as("ana", address)
    ana.enter()
    expect(ana.root).to_have_attribute("data-role", "host", timeout=PATIENCE)
    expect(cleo.root).to_have_attribute("data-role", "cohost", timeout=PATIENCE)


def test_an_open_page_shows_that_nobody_started_the_space(open_as, planned, move):
    address = planned()
    eve = open_as("eve", address)
    move(address, minutes_left=-1)
    expect(eve.page.get_by_text("It should start any moment.")).to_be_visible(timeout=PATIENCE)
    move(address, minutes_left=-31)
    no_show = eve.page.get_by_text("Nobody started this Space within 30 minutes")
    expect(no_show).to_be_visible(timeout=PATIENCE)


def test_a_signed_out_person_comes_back_with_the_reminder_set(chromium, planned):
    page = chromium.open(planned())
    assert chromium.violations(page) == []
    calendar = page.get_by_role("link", name="Add to calendar")
    assert page.request.get(f"{page.url}calendar.ics").ok
    expect(calendar).to_be_visible()
    page.get_by_role("button", name="Share").last.click()
    expect(page.get_by_role("button", name="Copy the link")).to_be_visible()
    page.keyboard.press("Escape")
    address = page.url
    page.get_by_role("button", name="Set reminder").click()
    page.locator("[name=login]").fill("eve")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(address)
    expect(page.get_by_role("button", name="Reminder set")).to_be_visible()


def test_a_signed_out_page_shows_the_preview_when_the_space_starts(
    chromium, open_as, planned, move
):
    address = planned()
    page = chromium.open(address)
    move(address, minutes_left=5)
    ana = open_as("ana", address)
    ana.page.get_by_role("button", name="Go live").click()
    expect(page.get_by_role("link", name="Sign in to listen")).to_be_visible(timeout=PATIENCE)


def test_a_time_zone_is_found_by_the_name_of_a_city(open_as, stack):
    page = open_as("ana", f"{stack.url}/spaces/schedule/", timezone_id="UTC").page
    page.get_by_text("Change", exact=True).click()
    page.get_by_label("Find a city").fill("sao pa")
    choices = page.get_by_role("listbox", name="Time zone").get_by_role("option")
    expect(choices.filter(visible=True)).to_have_text(re.compile("Sao Paulo"))
    page.get_by_role("listbox", name="Time zone").select_option("America/Sao_Paulo")
    expect(page.get_by_text(re.compile("Time in Sao Paulo"))).to_be_visible()


def test_the_first_wrong_field_is_focused_until_it_is_mended(open_as, stack):
    page = open_as("ana", f"{stack.url}/spaces/schedule/", viewport=PHONE).page
    title, cohosts = page.get_by_label("What will you talk about?"), page.get_by_label("Co-hosts")
    error = page.get_by_text("There is nobody with the handle @nobodyhere.")
    submits = [
        lambda: page.get_by_role("button", name=re.compile("Schedule")).click(),
        lambda: cohosts.evaluate("field => field.form.submit()"),  # which htmx does not notice
    ]
    title.fill("Trams at dawn")
    for submit in submits:
        cohosts.fill("@nobodyhere")
        submit()
        expect(error).to_be_in_viewport(timeout=PATIENCE)
        expect(cohosts).to_be_focused(timeout=PATIENCE)
        expect(cohosts).to_have_attribute("aria-invalid", "true")
        cohosts.fill("")
        expect(error).to_be_hidden()
        expect(cohosts).not_to_have_attribute("aria-invalid", "true")


def test_the_form_shows_at_once_that_a_title_is_too_long_and_that_a_time_has_passed(open_as, stack):
    page = open_as("ana", f"{stack.url}/spaces/schedule/", viewport=PHONE).page
    page.get_by_label("What will you talk about?").fill("a" * 75)
    count = page.get_by_text("75 of 70: 5 too many")
    expect(count).to_have_attribute("aria-live", "polite")
    expect(count).to_have_attribute("data-over", "")
    warning = page.get_by_text("This time has passed. Choose a later one.")
    expect(warning).to_be_hidden()
    page.get_by_label("Date").fill("2020-01-01")
    expect(warning).to_be_visible()
    expect(page.get_by_role("button", name="Schedule", exact=True)).to_be_visible()
    page.get_by_label("Date").fill(f"{datetime.now(LISBON) + timedelta(days=2):%Y-%m-%d}")
    expect(warning).to_be_hidden()
    expect(page.get_by_role("button", name=re.compile("Schedule for"))).to_be_visible()


def test_choosing_a_topic_leaves_the_other_topics_in_place(open_as, stack):
    page = open_as("ana", f"{stack.url}/spaces/schedule/", viewport=PHONE).page
    topics = page.get_by_role("group", name="Topics").get_by_role("checkbox")
    before = [topics.nth(number).bounding_box() for number in range(topics.count())]
    topics.first.check()
    expect(page.get_by_text("1 of 3 chosen")).to_be_visible()
    assert len(before) > 1
    assert [topics.nth(number).bounding_box() for number in range(topics.count())] == before


@pytest.mark.parametrize("width", [320, 360])
def test_the_form_fits_on_a_narrow_phone(open_as, stack, width):
    viewport = {"width": width, "height": 640}
    page = open_as("ana", f"{stack.url}/spaces/schedule/", viewport=viewport).page
    expect(page.get_by_label("Date")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_upcoming_spaces_on_a_phones_home_page_scroll_sideways(open_as, stack, planned):
    planned()
    stack.shell("""
from accounts import follow
eve, ana = User.objects.get(handle="eve"), User.objects.get(handle="ana")
follow.follow(follower=eve, followed=ana)
from scheduling.actions import reminders
for space in Space.objects.scheduled().filter(host=ana):
    reminders.set_reminder(space, user=eve)
""")
    page = open_as("eve", stack.url, viewport=PHONE).page
    strip = page.get_by_role("region", name="Upcoming")
    expect(strip.get_by_role("link", name=re.compile("Rain on Tuesday")).first).to_be_visible()
    assert strip.get_by_role("listitem").count() > 1
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
