"""Tickets by keyboard alone, on pages that are laid out from right to left, with titles and names
in Arabic and Hebrew. Each page fits on phones and desktops, and axe finds nothing in either theme.

With PICTURES=folder in the environment, there are screenshots of each page.
"""

import os
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.album import DESK, HEIGHTS, OVERFLOW, PHONE, SCHEMES, STICKS_OUT
from tests.e2e.keyboard import press, tab_to
from tests.e2e.plans import schedule
from tests.e2e.right_to_left import RIGHT_TO_LEFT, reversed_texts
from tests.e2e.room_page import PATIENCE

TITLE = "كيف تصحو المدن قبل أن نستيقظ؟ أصوات من القاهرة ויפו"
NAMES = """
for handle, name in (("ben", "יעל בן־דוד"), ("eve", "ليلى الأندلسية بنت عبد الرحمن بن معاوية"),
        ("dan", "دانيال"), ("ana", "נעמה")):
    User.objects.filter(handle=handle).update(name=name)
"""
SELL_TWO = """
from billing.actions import offering
from billing.actions.offering import Terms
host, space = User.objects.get(handle="ben"), Space.objects.get(public_id="{space}")
HostAccount.objects.create(
    host=host, country="de", stripe_id="acct_ben", transfers_enabled=True, payouts_enabled=True)
offering.offer_tickets(space, by=host, terms=Terms("eur", 600, 2))
"""


@pytest.fixture
def planned(stack):
    """Schedule the Space of a host with a Hebrew name; return its URL.

    The host is not Ana: tests/e2e/test_tickets.py sets up her payouts under her usual name, and
    the sandbox, which outlives a test, refuses the same request with another name.
    """
    stack.shell(NAMES)
    return schedule(stack, host="ben", title=TITLE)


@pytest.fixture
def on_sale(stack, planned):
    """Sell two tickets for the Space; return its URL."""
    stack.shell(SELL_TWO.format(space=planned.rstrip("/").rpartition("/")[2]))
    return planned


@pytest.fixture
def open_reversed(open_as):
    """Open a page as a demo person, laid out from right to left."""

    def open_reversed(handle, address):
        return open_as(handle, address, scripts=[RIGHT_TO_LEFT]).page

    return open_reversed


@pytest.fixture
def check(chromium):
    """`check(page, state)` checks the page on both devices and in both themes."""
    problems, states, folder = [], [], os.environ.get("PICTURES")

    def check(page, state):
        states.append(state)
        for place, (width, scheme) in enumerate(product((DESK, PHONE), SCHEMES)):
            page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            page.emulate_media(color_scheme=scheme)
            found = [f"{each} sticks out" for each in page.evaluate(STICKS_OUT)]
            found += [f"reversed: {each}" for each in reversed_texts(page)]
            # One theme on each device, because axe takes most of the time.
            if place in ((0, 3), (1, 2))[len(states) % 2]:
                found += chromium.violations(page)
            if over := page.evaluate(OVERFLOW):
                found.append(f"{over} px too wide")
            problems.extend(f"{state} at {width} px, {scheme}: {each}" for each in found)
            if folder:
                page.screenshot(path=Path(folder) / f"{state}-{width}-{scheme}.png", full_page=True)

    yield check
    assert problems == []


def shown(page, text):
    expect(page.get_by_text(text).first).to_be_visible(timeout=PATIENCE)


def write(page, name, text):
    tab_to(page, name)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def buy(page, amount, *, second=False):
    """Buy a ticket, or two, from the page on which people choose; return at the purchase."""
    tab_to(page, "1 ticket")
    if second:
        page.keyboard.press("ArrowDown")
    press(page, "Go to payment")
    shown(page, "no money moves")
    press(page, f"Pay {amount} EUR")
    shown(page, "You have 2 tickets" if second else "You have your ticket")


def test_a_host_sets_up_payouts_and_sets_a_price(open_reversed, check, stack, planned):
    page = open_reversed("ben", f"{stack.url}/payouts/")
    shown(page, "Get paid for your Spaces")
    check(page, "payouts")
    tab_to(page, "Where do you live")
    page.keyboard.type("Germany")
    press(page, "Set up payouts")
    shown(page, "Stripe would ask")
    check(page, "sandbox-onboarding")
    press(page, "Complete everything")
    shown(page, "Stripe can pay you")

    page.goto(planned)
    press(page, "More")
    press(page, "Sell tickets")
    shown(page, "How many tickets")
    write(page, "Price", "6")
    write(page, "How many tickets", "2")
    tab_to(page, "Free preview")
    page.keyboard.press("Space")
    check(page, "sell")
    press(page, "Continue")
    shown(page, "€5.40")
    check(page, "sell-review")
    press(page, "Publish the tickets")
    expect(page.get_by_role("button", name="Publish the tickets")).to_have_count(0)
    shown(page, "€6.00")


def test_a_buyer_pays_and_gives_a_ticket_away(open_reversed, check, on_sale):
    eve = open_reversed("eve", on_sale)
    check(eve, "card")
    press(eve, "Buy a ticket")
    shown(eve, "How many?")
    check(eve, "buy")
    press(eve, "Go to payment")
    shown(eve, "no money moves")
    check(eve, "sandbox-checkout")
    press(eve, "Cancel and go back")
    shown(eve, "Finish your purchase")
    press(eve, "Finish your purchase")
    shown(eve, "Not paid yet")
    check(eve, "unpaid")
    press(eve, "Give the seats back")
    shown(eve, "You have given the seats back")
    buy(eve, "12.00", second=True)
    check(eve, "bought")
    press(eve, "Ticket 2")
    shown(eve, "Link to give it away")
    check(eve, "gift")
    link = eve.get_by_label("Link to give it away").input_value()

    dan = open_reversed("dan", link)
    shown(dan, "Somebody gives you a ticket")
    check(dan, "claim")
    press(dan, "Take this ticket")
    shown(dan, "Your ticket")
    check(dan, "claimed")


def test_a_returned_ticket_goes_to_a_person_who_waits(open_reversed, check, stack, on_sale):
    eve = open_reversed("eve", f"{on_sale}tickets/")
    buy(eve, "12.00", second=True)
    ana = open_reversed("ana", on_sale)
    press(ana, "Waiting list")
    shown(ana, "Join the waiting list")
    press(ana, "Join the waiting list")
    shown(ana, "You are number 1 on the waiting list")
    check(ana, "waiting")

    eve.goto(f"{stack.url}/tickets/")
    shown(eve, "Upcoming tickets")
    check(eve, "mine")
    eve.goto(on_sale)
    press(eve, "Details")
    shown(eve, "You can return it until")
    press(eve, "Return this ticket")
    shown(eve, "You get €6.00 back, and the ticket admits nobody any more")
    check(eve, "return")
    press(eve, "Return the ticket")
    shown(eve, "Banks take 5 to 10 days")
    check(eve, "returned")
    eve.goto(f"{stack.url}/notifications/")
    shown(eve, "You get €6.00 back")
    check(eve, "notifications")

    shown(ana, "A ticket is held for you until")
    check(ana, "offered")
    buy(ana, "6.00")
    press(ana, "See the Space")
    shown(ana, "Its QR code opens the Space")
    check(ana, "card-with-ticket")


def test_a_host_refunds_a_ticket_and_reads_the_statement(open_reversed, check, on_sale):
    eve = open_reversed("eve", f"{on_sale}tickets/")
    buy(eve, "6.00")
    host = open_reversed("ben", f"{on_sale}tickets/sales/")
    shown(host, "Sales over time")
    check(host, "sales")
    press(host, "Refund ticket")
    shown(host, "Refund this ticket?")
    check(host, "sales-refund")
    write(host, "Reason", "מצטערת")
    press(host, "Refund the ticket")
    shown(host, "The buyer is notified")
    press(host, "See the statement")
    shown(host, "Every movement")
    check(host, "statement")
