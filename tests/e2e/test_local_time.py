"""static/js/local-time.js shows times in the viewer's zone, in the words of the server."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.times import in_short, stamp
from scheduling.wall_time import relative

NOW = datetime(2026, 11, 29, 21, tzinfo=UTC)
AHEAD = [
    *(timedelta(minutes=minutes) for minutes in (-90, -1, 0, 1, 59, 60, 89, 90, 150, 179, 180)),
    *(timedelta(hours=hours) for hours in (3, 10, 27, 35, 36, 51, 60, 143, 144, 167, 168)),
    timedelta(days=31),
    timedelta(days=40),
]
RENDER = """async (times) => {
  document.documentElement.lang = "en";
  const html = ([at, style]) => `<time datetime="${at}" data-time="${style}">?</time>`;
  document.body.innerHTML = times.map(html).join("");
  const {renderTimes} = await import("/local-time.js");
  renderTimes(document.body);
  return [...document.querySelectorAll("time")].map((each) => each.textContent);
}"""


def rendered(page, times):
    return page.evaluate(RENDER, times)


@pytest.mark.parametrize(
    "zone",
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati"],
)
def test_the_page_and_the_server_show_a_time_in_the_same_words(open_module_page, zone):
    page = open_module_page(clock=NOW, zone=zone)
    short = rendered(page, [(stamp(NOW + ahead), "short") for ahead in AHEAD])
    assert short == [in_short(NOW + ahead, ZoneInfo(zone), NOW) for ahead in AHEAD]
    in_words = rendered(page, [(stamp(NOW + ahead), "relative") for ahead in AHEAD])
    assert in_words == [relative(NOW + ahead, NOW) for ahead in AHEAD]


def test_times_are_on_a_12_hour_clock_if_the_viewers_locale_uses_one(open_module_page):
    page = open_module_page(clock=NOW, locale="en-US")
    assert rendered(page, [(stamp(NOW), "clock")]) == ["9:00 PM"]


def test_a_relative_time_is_updated_while_the_page_is_open(open_module_page):
    page = open_module_page(clock=NOW, zone="Europe/Berlin")
    at = stamp(NOW + timedelta(minutes=3))
    assert rendered(page, [(at, "relative"), (at, "date")]) == [
        "in 3 minutes",
        "Today, Sunday 29 November",
    ]
    texts = "() => [...document.querySelectorAll('time')].map((each) => each.textContent)"
    page.clock.run_for(2 * 60_000)
    assert page.evaluate(texts)[0] == "in 1 minute"
    page.clock.run_for(5 * 60_000)
    assert page.evaluate(texts)[0] == "4 minutes ago"


def test_the_full_time_with_its_zone_is_in_the_tooltip(open_module_page):
    page = open_module_page(clock=NOW, zone="Europe/Berlin")
    rendered(page, [(stamp(NOW), "short")])
    title = page.locator("time").get_attribute("title")
    assert title.startswith("Sunday 29 November 2026, ")
    assert title.endswith(" GMT+1")
