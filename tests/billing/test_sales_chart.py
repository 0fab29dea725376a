"""The chart of sales: its days, weeks and columns."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from billing.models import Offer, Refund, Reservation, Ticket
from billing.sales_chart import MAX_DAYS, chart_of
from scheduling.models import Schedule
from spaces.models import Space, State

pytestmark = pytest.mark.django_db
TODAY = datetime(2026, 11, 25, 12, tzinfo=ZoneInfo("UTC"))  # a Wednesday


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def sell(offer, ben):
    """Return a function that sells a ticket at a given time."""
    reservation = Reservation.objects.create(
        offer=offer,
        buyer=ben,
        quantity=1,
        unit_price=1250,
        currency="eur",
        fee_rate=1000,
        state="paid",
        expires_at=TODAY,
    )

    def sell(at, price=1250, refunded_at=None):
        ticket = Ticket.objects.create(
            space=offer.space,
            reservation=reservation,
            number=reservation.tickets.count() + 1,
            price=price,
            fee=0,
            currency="eur",
            created_at=at,
        )
        if refunded_at:
            Refund.objects.create(ticket=ticket, amount=price, why="host", created_at=refunded_at)

    return sell


def fresh(offer):
    return Offer.objects.select_related("space__schedule").get(pk=offer.pk)


def days_of(offer):
    chart = chart_of(fresh(offer))
    return [(each.first, each.sold, each.refunded) for each in chart.periods_with_sales]


def test_there_is_no_chart_before_the_first_sale(offer):
    assert chart_of(fresh(offer)) is None


def test_a_guest_pass_does_not_count_as_a_sale(offer):
    Ticket.objects.create(space=offer.space, number=1, price=0, fee=0, currency="eur")
    assert chart_of(fresh(offer)) is None


def test_the_first_day_is_shown_as_the_last_of_a_week(offer, sell):
    sell(TODAY)
    chart = chart_of(fresh(offer))
    assert (chart.unit, chart.first, chart.last) == ("day", date(2026, 11, 19), date(2026, 11, 25))
    tickets, revenue = chart.plots
    assert [each.height for each in tickets.columns] == [""] * 6 + ["100.00"]
    assert tickets.columns[-1].words == "Wed 25 Nov: 1 sold"
    assert revenue.columns[-1].words == "Wed 25 Nov: €12.50 sold"
    assert (tickets.sum, tickets.sum_below, revenue.sum) == ("1", "", "€12.50")


def test_refunds_are_shown_on_their_own_day_below_the_line(offer, sell):
    sell(TODAY - timedelta(days=2))
    sell(TODAY - timedelta(days=2))
    sell(TODAY - timedelta(days=1), refunded_at=TODAY)
    tickets, revenue = chart_of(fresh(offer)).plots
    assert days_of(offer) == [
        (date(2026, 11, 23), 2, 0),
        (date(2026, 11, 24), 1, 0),
        (date(2026, 11, 25), 0, 1),
    ]
    assert (tickets.zero, revenue.zero) == ("66.67", "66.67")
    columns = [(each.top, each.height, each.height_below) for each in tickets.columns[-3:]]
    assert columns == [
        ("0.00", "66.67", ""),
        ("33.33", "33.33", ""),
        ("66.67", "", "33.33"),
    ]
    assert revenue.columns[-1].words == "Wed 25 Nov: €0.00 sold, €12.50 refunded"
    assert (tickets.sum, tickets.sum_below) == ("3", "1")


def test_a_day_begins_at_midnight_in_the_hosts_time_zone(offer, sell):
    Schedule.objects.update(zone="Asia/Tokyo")
    sell(datetime(2026, 11, 24, 14, 59, tzinfo=ZoneInfo("UTC")))
    sell(datetime(2026, 11, 24, 15, 0, tzinfo=ZoneInfo("UTC")))
    assert days_of(offer) == [(date(2026, 11, 24), 1, 0), (date(2026, 11, 25), 1, 0)]
    assert chart_of(fresh(offer)).place == "Tokyo"


def test_days_without_a_sale_are_shown_between_the_others(offer, sell):
    for ago in (20, 0):
        sell(TODAY - timedelta(days=ago))
    chart = chart_of(fresh(offer))
    assert [each.first for each in chart.periods] == [
        date(2026, 11, 5) + timedelta(days=number) for number in range(21)
    ]


@pytest.mark.parametrize(("ago", "unit"), [(MAX_DAYS - 1, "day"), (MAX_DAYS, "week")])
def test_a_long_sale_is_shown_by_week(offer, sell, ago, unit):
    sell(TODAY - timedelta(days=ago))
    assert chart_of(fresh(offer)).unit == unit


def test_60_days_are_10_weeks_that_begin_on_mondays(offer, sell):
    for ago in range(60):
        sell(TODAY - timedelta(days=ago), refunded_at=TODAY if ago == 59 else None)
    chart = chart_of(fresh(offer))
    assert {each.first.weekday() for each in chart.periods} == {0}
    assert (chart.first, chart.last) == (date(2026, 9, 21), date(2026, 11, 23))
    assert [each.sold for each in chart.periods] == [1, *[7] * 8, 3]
    assert chart.plots[0].columns[-1].words == "Week from 23 Nov: 3 sold, 1 refunded"


def test_the_chart_continues_until_today_unless_the_space_is_over(offer, sell):
    sell(TODAY - timedelta(days=10))
    assert chart_of(fresh(offer)).last == date(2026, 11, 25)
    Space.objects.update(state=State.CANCELLED)
    assert chart_of(fresh(offer)).last == date(2026, 11, 15)


def test_the_smallest_sale_can_be_seen(offer, sell):
    sell(TODAY - timedelta(days=1), price=99_999_999)
    sell(TODAY, price=50)
    revenue = chart_of(fresh(offer)).plots[1]
    assert revenue.columns[-1].height == "1.50"


def test_free_tickets_have_no_column_in_the_plot_of_revenue(offer, sell):
    sell(TODAY, price=0)
    tickets, revenue = chart_of(fresh(offer)).plots
    assert (tickets.columns[-1].height, revenue.columns[-1].height) == ("100.00", "")
