"""Tickets in real browsers: a host sets up payouts in the sandbox, people buy, and people without a
ticket hear only the free preview."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.room_page import PATIENCE
from tests.e2e.test_notifications import open_listening

ANA = 600  # Hz
PHONE = {"width": 390, "height": 844}
SCHEDULE = """
from datetime import timedelta
from django.utils import timezone
from scheduling.actions import planning
from scheduling.plan import Plan
at = timezone.now() + timedelta(days=2)
plan = Plan(title="Rain with tickets", local_date=at.date(), local_time=at.time(), zone="UTC",
    minutes=60)
space, _ = planning.schedule(host=User.objects.get(handle="ana"), plan=plan)
print(space.public_id)
"""
START_SOON = """
from datetime import timedelta
from django.utils import timezone
from spaces.directory.live_updates.open_pages import request_refresh
Space.objects.filter(public_id="{space}").update(starts_at=timezone.now() + timedelta(minutes=5))
request_refresh()
"""
A_MINUTE_LATER = """
from datetime import timedelta
from django.db.models import F
from billing.models import Preview
Preview.objects.update(started_at=F("started_at") - timedelta(minutes=1))
"""
REFUND = """
from billing.actions import refunding
from billing.models import Refund, Ticket
ticket = Ticket.objects.get(space__public_id="{space}", holder__handle="{handle}")
refunding.refund(ticket, Refund.Why.HOST)
"""


@pytest.fixture
def planned(stack):
    """Schedule Ana's Space in two days; return its URL."""
    return f"{stack.url}/spaces/{stack.shell(SCHEDULE).splitlines()[-1]}/"


def id_of(address):
    return address.rstrip("/").split("/")[-1]


def sell(ana, stack, address, *, quantity, preview=False):
    """Let Ana set up her payouts, and sell tickets for €6."""
    page = ana.page
    page.goto(f"{stack.url}/payouts/")
    page.get_by_label("Where do you live").select_option("de")
    page.get_by_role("button", name="Set up payouts").click()
    page.get_by_role("button", name="Complete everything").click(timeout=PATIENCE)
    expect(page.get_by_text("Stripe can pay you")).to_be_visible(timeout=PATIENCE)
    page.goto(address)
    page.get_by_role("button", name="More").click()
    page.get_by_role("link", name="Sell tickets").click()
    page.get_by_label("Price", exact=True).fill("6")
    page.get_by_label("How many tickets").fill(str(quantity))
    if preview:
        page.get_by_role("switch", name="Free preview").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("€5.40")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Publish the tickets").click()
    expect(page.get_by_role("button", name="Publish the tickets")).to_have_count(0)
    expect(page.get_by_text("€6.00")).to_be_visible(timeout=PATIENCE)


def create_code(ana, address, code, value):
    page = ana.page
    page.goto(f"{address}tickets/sales/")
    page.get_by_role("link", name="Discount codes").click()
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_label("How much").fill(value)
    page.get_by_label("How many purchases").fill("1")
    page.get_by_role("button", name="Create the code").click()
    expect(page.get_by_text(f"People can use {code} now.")).to_be_visible(timeout=PATIENCE)


def use_code(person, address, code):
    page = person.page
    page.goto(f"{address}tickets/")
    page.get_by_label("Discount code").fill(code)
    page.get_by_role("button", name="Use it").click()


def go_to_payment(person, address, *, tickets=1):
    page = person.page
    page.goto(address)
    page.get_by_role("link", name="Buy a ticket").click()
    page.locator(f"input[name=quantity][value='{tickets}']").check()
    page.get_by_role("button", name="Go to payment").click()
    expect(page.get_by_text("no money moves")).to_be_visible(timeout=PATIENCE)


def pay(page, card="4242424242424242"):
    page.locator(f"input[name=card][value='{card}']").check()
    page.get_by_role("button", name=re.compile("^Pay")).click()


def test_a_ticket_is_sold_admits_its_holder_and_is_refunded(open_as, chromium, stack, planned):
    ana = open_as("ana", stack.url, tone=ANA)
    sell(ana, stack, planned, quantity=1, preview=True)

    eve = open_as("eve", stack.url, viewport=PHONE)
    go_to_payment(eve, planned)
    pay(eve.page, card="4000000000000002")
    expect(eve.page.get_by_text("Your card was declined")).to_be_visible(timeout=PATIENCE)
    pay(eve.page)
    expect(eve.page.get_by_text("You have your ticket")).to_be_visible(timeout=PATIENCE)
    assert chromium.violations(eve.page) == []

    dan = open_as("dan", planned)
    expect(dan.page.get_by_text("Sold out")).to_be_visible()

    stack.shell(START_SOON.format(space=id_of(planned)))
    ana.page.goto(planned)
    ana.page.get_by_role("button", name="Go live").click()
    ana.wait_for_sound()
    ana.unmute()
    eve.page.goto(planned)
    eve.enter()
    eve.wait_to_hear(ANA)
    dan.page.goto(planned)
    expect(dan.page.get_by_text("You need a ticket")).to_be_visible(timeout=PATIENCE)
    assert chromium.violations(dan.page) == []
    dan.page.get_by_role("button", name="Listen free for 60 seconds").click()
    dan.enter()
    dan.wait_to_hear(ANA)
    stack.shell(A_MINUTE_LATER)
    expect(dan.root).to_have_attribute("data-phase", "refused", timeout=PATIENCE)
    dan.wait_for_silence(ANA)
    expect(dan.page.get_by_role("link", name="Buy a ticket")).to_be_visible()

    stack.shell(REFUND.format(space=id_of(planned), handle="eve"))
    expect(eve.root).to_have_attribute("data-phase", "refused", timeout=PATIENCE)
    expect(eve.page.get_by_text("You need a ticket")).to_be_visible()


def test_a_freed_seat_goes_to_the_first_person_on_the_waiting_list(
    open_as, chromium, stack, planned
):
    ana = open_as("ana", stack.url)
    sell(ana, stack, planned, quantity=1)
    eve = open_as("eve", stack.url)
    go_to_payment(eve, planned)
    pay(eve.page)
    expect(eve.page.get_by_text("You have your ticket")).to_be_visible(timeout=PATIENCE)

    dan = open_as("dan", planned, viewport=PHONE)
    dan.page.get_by_role("link", name="Waiting list").click()
    dan.page.get_by_role("button", name="Join the waiting list").click()
    open_listening(dan.page, f"{planned}tickets/")
    expect(dan.page.get_by_text("You are number 1 on the waiting list")).to_be_visible()
    other = dan.page.context.new_page()
    open_listening(other, f"{stack.url}/settings/")

    ana.page.goto(f"{planned}tickets/sales/")
    ana.page.get_by_role("link", name="of Eve").click()
    ana.page.get_by_label("Reason").fill("You asked me to.")
    ana.page.get_by_role("button", name="Refund the ticket").click()
    expect(ana.page.get_by_text("The buyer is notified")).to_be_visible(timeout=PATIENCE)

    other.locator(".toasts").get_by_role("link", name="is available").click()
    expect(dan.page.get_by_text("A ticket is held for you")).to_be_visible(timeout=PATIENCE)
    assert chromium.violations(dan.page) == []
    ben = open_as("ben", planned)
    expect(ben.page.get_by_text("Sold out")).to_be_visible()
    other.get_by_role("button", name="Go to payment").click(timeout=PATIENCE)
    pay(other)
    expect(other.get_by_text("You have your ticket")).to_be_visible(timeout=PATIENCE)
    expect(other.get_by_text("remind you before the Space starts")).to_be_visible()
    other.get_by_role("link", name="See the Space").click()
    reminder = other.locator("#reminder-button")
    expect(reminder).to_contain_text("Reminder set", timeout=PATIENCE)


def test_leaving_the_payment_page_keeps_the_seat_for_the_same_person(open_as, stack, planned):
    ana = open_as("ana", stack.url)
    sell(ana, stack, planned, quantity=1)
    eve = open_as("eve", stack.url, viewport=PHONE)
    go_to_payment(eve, planned)
    eve.page.get_by_role("link", name="Cancel and go back").click()
    eve.page.get_by_role("link", name="Finish your purchase").click(timeout=PATIENCE)
    eve.page.get_by_role("button", name="Go to payment").click()
    pay(eve.page)
    expect(eve.page.get_by_text("You have your ticket")).to_be_visible(timeout=PATIENCE)


def test_a_gift_is_taken_by_its_link_and_a_cancellation_refunds_it(
    open_as, chromium, stack, planned
):
    ana = open_as("ana", stack.url)
    sell(ana, stack, planned, quantity=2)
    eve = open_as("eve", stack.url)
    go_to_payment(eve, planned, tickets=2)
    pay(eve.page)
    expect(eve.page.get_by_text("You have 2 tickets")).to_be_visible(timeout=PATIENCE)
    eve.page.get_by_role("link", name="Ticket 2").click()
    link = eve.page.get_by_label("Link to give it away").input_value(timeout=PATIENCE)

    dan = open_as("dan", link, viewport=PHONE)
    dan.page.get_by_role("button", name="Take this ticket").click()
    expect(dan.page.get_by_text("Your ticket")).to_be_visible(timeout=PATIENCE)
    assert chromium.violations(dan.page) == []

    ana.page.goto(f"{planned}cancel/")
    ana.page.get_by_role("button", name="Cancel the Space").click()
    expect(ana.page.get_by_text("The host cancelled this Space")).to_be_visible(timeout=PATIENCE)
    eve.page.goto(f"{stack.url}/notifications/")
    expect(eve.page.get_by_text("You get €6.00 back").first).to_be_visible(timeout=PATIENCE)
    dan.page.goto(f"{stack.url}/notifications/")
    expect(dan.page.get_by_text("is not valid any more")).to_be_visible(timeout=PATIENCE)


def test_discount_codes_lower_the_price_on_a_phone(open_as, chromium, stack, planned):
    ana = open_as("ana", stack.url, viewport=PHONE)
    sell(ana, stack, planned, quantity=5)
    create_code(ana, planned, "HALF-PRICE", "50")
    assert chromium.violations(ana.page) == []
    create_code(ana, planned, "FRIENDS", "100")

    eve = open_as("eve", stack.url, viewport=PHONE)
    use_code(eve, planned, "half")
    expect(eve.page.get_by_role("alert")).to_have_text(re.compile("There is no such code"))
    assert chromium.violations(eve.page) == []
    eve.page.get_by_label("Discount code").fill("half-price")
    eve.page.get_by_label("Discount code").press("Enter")
    expect(eve.page.get_by_text("instead of €6.00")).to_be_visible(timeout=PATIENCE)
    assert chromium.violations(eve.page) == []
    eve.page.get_by_role("button", name="Go to payment").click()
    expect(eve.page.get_by_role("button", name="Pay 3.00 EUR")).to_be_visible(timeout=PATIENCE)
    pay(eve.page)
    expect(eve.page.get_by_text("You paid €3.00")).to_be_visible(timeout=PATIENCE)

    dan = open_as("dan", stack.url, viewport=PHONE)
    use_code(dan, planned, "HALF-PRICE")
    expect(dan.page.get_by_role("alert")).to_have_text("This code has been used up.")
    use_code(dan, planned, "friends")
    dan.page.get_by_role("button", name="Get it free").click(timeout=PATIENCE)
    expect(dan.page.get_by_text("You have your ticket")).to_be_visible(timeout=PATIENCE)
    assert chromium.violations(dan.page) == []
    dan.page.goto(planned)
    expect(dan.page.get_by_text("Your ticket", exact=True)).to_be_visible(timeout=PATIENCE)

    ana.page.reload()
    expect(ana.page.get_by_text("used 1 of 1 time")).to_have_count(2)


def test_a_discount_code_works_without_javascript(open_as, stack, planned):
    ana = open_as("ana", stack.url)
    sell(ana, stack, planned, quantity=5)
    create_code(ana, planned, "HALF-PRICE", "50")
    eve = open_as("eve", stack.url, viewport=PHONE, java_script_enabled=False)
    use_code(eve, planned, "half-price")
    expect(eve.page.get_by_text("instead of €6.00")).to_be_visible(timeout=PATIENCE)
    eve.page.get_by_role("button", name="Go to payment").press("Enter")
    expect(eve.page.get_by_role("button", name="Pay 3.00 EUR")).to_be_visible(timeout=PATIENCE)
