"""The chart of a host's sales in a real browser: time runs in the direction of reading."""

import pytest
from playwright.sync_api import expect

PHONE = {"width": 390, "height": 844}
SELL_TODAY = """
from datetime import timedelta
from django.utils import timezone
from billing.models import Offer, Reservation, Ticket
from scheduling.actions import planning
from scheduling.plan import Plan
now = timezone.now()
at, ana = now + timedelta(days=2), User.objects.get(handle="ana")
plan = Plan(title="Rain, sold today", local_date=at.date(), local_time=at.time(), zone="UTC",
    minutes=60)
space, _ = planning.schedule(host=ana, plan=plan)
price = {"currency": "eur", "fee_rate": 1000}
offer = Offer.objects.create(space=space, seller=ana, price=600, quantity=9, taken=1, **price)
bought = Reservation.objects.create(offer=offer, buyer=User.objects.get(handle="ben"),
    title=space.title, quantity=1, unit_price=600, state="paid", expires_at=now, finished_at=now,
    **price)
Ticket.objects.create(space=space, reservation=bought, number=1, holder=bought.buyer, price=600,
    fee=60, currency="eur")
print(space.public_id)
"""


@pytest.fixture
def sales(stack):
    """Sell a ticket today for one of Ana's Spaces; return the URL of the Space's sales page."""
    return f"{stack.url}/spaces/{stack.shell(SELL_TODAY).splitlines()[-1]}/tickets/sales/"


def centre(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 900}])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_latest_day_is_where_a_line_of_text_ends(open_as, sales, viewport, direction):
    page = open_as("ana", sales, viewport=viewport).page
    page.evaluate("direction => { document.documentElement.dir = direction }", direction)
    chart = page.locator(".sales-chart")
    expect(chart.locator(".chart-sold")).to_have_count(2)  # a plot of tickets, and one of revenue
    for plot in chart.locator(".chart-plot").all():
        is_right = centre(plot.locator(".chart-sold")) > centre(plot)
        assert is_right == (direction == "ltr")
    first, last = chart.locator(".chart-ends span").all()
    assert (centre(last) > centre(first)) == (direction == "ltr")
    amounts = chart.locator(".number-table td")
    chart.get_by_text("Show the numbers").click()
    assert amounts.first.inner_text().split() == ["1", "€6.00"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
