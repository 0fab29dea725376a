"""The chart of a Space's sales: what was sold and refunded on each day, or in each week, in the
time zone of the Space's schedule."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate

from billing.currencies import CURRENCIES
from billing.models import Offer, Refund, Ticket
from core import shared_clock
from core.time_zones import city

DAY, WEEK = timedelta(days=1), timedelta(days=7)
MAX_DAYS = 31  # a longer sale has a column for each week
HEIGHT = 100  # of a plot, in its own units
LOWEST = 1.5  # the height of the smallest bar, so that it can be seen


@dataclass(frozen=True)
class Period:
    """A day or a week; amounts are in minor units of the offer's currency."""

    first: date
    sold: int = 0  # tickets
    revenue: int = 0  # their prices
    refunded: int = 0
    returned: int = 0  # the money of the refunds


@dataclass(frozen=True)
class Column:
    """A period in a plot: a bar above the zero line for sales, and a bar below it for refunds."""

    x: int
    top: str
    height: str  # "" without sales
    height_below: str  # "" without refunds
    words: str


@dataclass(frozen=True)
class Plot:
    name: str
    columns: list[Column]
    zero: str  # the distance of the zero line from the top
    sum: str
    sum_below: str  # "" without refunds
    highest: str


@dataclass(frozen=True)
class Chart:
    unit: str  # "day" or "week"
    place: str  # the city in whose time zone the days are
    periods: list[Period]  # without a gap
    plots: list[Plot]

    @property
    def first(self) -> date:
        return self.periods[0].first

    @property
    def last(self) -> date:
        """The first day of the last period."""
        return self.periods[-1].first

    @property
    def periods_with_sales(self) -> list[Period]:
        return [each for each in self.periods if each.sold or each.refunded]


def chart_of(offer: Offer) -> Chart | None:
    """Return the chart, or None before the first sale."""
    schedule = offer.space.schedule
    days = _days(offer, schedule.time_zone)
    if not days:
        return None
    last = max(days)
    if offer.space.is_scheduled or offer.space.is_live:
        last = max(last, _day(shared_clock.now(), schedule.time_zone))
    # At least a week: otherwise the column of the first day would be as wide as the chart.
    first = min(*days, _day(offer.published_at, schedule.time_zone), last - WEEK + DAY)
    unit, length = ("day", DAY) if last - first < MAX_DAYS * DAY else ("week", WEEK)
    if unit == "week":
        first -= first.weekday() * DAY  # to its Monday
    periods = _periods(days, first, last, length)
    money = CURRENCIES[offer.currency].format
    return Chart(
        unit=unit,
        place=city(schedule.zone) or schedule.zone,
        periods=periods,
        plots=[
            _plot("Tickets", [(p.first, p.sold, p.refunded) for p in periods], unit, "{:,}".format),
            _plot("Revenue", [(p.first, p.revenue, p.returned) for p in periods], unit, money),
        ],
    )


def _days(offer: Offer, zone: tzinfo) -> dict[date, Period]:
    """Return the days on which something was sold or refunded."""
    tickets = Ticket.objects.filter(space=offer.space_id, reservation__isnull=False)
    sales = _by_day(tickets, "price", zone)
    refunds = _by_day(Refund.objects.filter(ticket__space=offer.space_id), "amount", zone)
    return {
        day: Period(day, *sales.get(day, (0, 0)), *refunds.get(day, (0, 0)))
        for day in sales.keys() | refunds.keys()
    }


def _by_day(
    rows: QuerySet[Ticket] | QuerySet[Refund], amount: str, zone: tzinfo
) -> dict[date, tuple[int, int]]:
    """Return how many rows were created on each day, and the sum of their amounts."""
    by_day = rows.order_by().values(day=TruncDate("created_at", tzinfo=zone))
    found = by_day.annotate(count=Count("pk"), sum=Sum(amount))
    return {row["day"]: (row["count"], row["sum"]) for row in found}


def _periods(days: dict[date, Period], first: date, last: date, length: timedelta) -> list[Period]:
    periods = []
    while first <= last:
        within = [days[day] for day in days if first <= day < first + length]
        periods.append(
            Period(
                first,
                sold=sum(each.sold for each in within),
                revenue=sum(each.revenue for each in within),
                refunded=sum(each.refunded for each in within),
                returned=sum(each.returned for each in within),
            )
        )
        first += length
    return periods


def _plot(
    name: str, values: list[tuple[date, int, int]], unit: str, text: Callable[[int], str]
) -> Plot:
    """Place the columns. `values` are a date, what was sold and what was refunded."""
    highest = max(above for _, above, _ in values)
    scale = HEIGHT / (highest + max(below for _, _, below in values) or 1)
    zero = highest * scale
    columns = []
    for x, (first, above, below) in enumerate(values):
        height = max(above * scale, LOWEST) if above else 0
        day = f"{first.day} {first:%b}"
        when = f"Week from {day}" if unit == "week" else f"{first:%a} {day}"
        refunded = f", {text(below)} refunded" if below else ""
        columns.append(
            Column(
                x=x,
                top=_coordinate(zero - height),
                height=_coordinate(height) if above else "",
                height_below=_coordinate(max(below * scale, LOWEST)) if below else "",
                words=f"{when}: {text(above)} sold{refunded}",
            )
        )
    back = sum(below for _, _, below in values)
    return Plot(
        name=name,
        columns=columns,
        zero=_coordinate(zero),
        sum=text(sum(above for _, above, _ in values)),
        sum_below=text(back) if back else "",
        highest=text(highest),
    )


def _coordinate(value: float) -> str:
    return f"{value:.2f}"


def _day(at: datetime, zone: tzinfo) -> date:
    return at.astimezone(zone).date()
