"""static/js/lib/time-zones.js knows the current names of the zones that browsers report."""

import pytest

from core import time_zones
from tests.fixtures.modules import NOW

NAMES = """async () => {
  const {cityOf, currentName} = await import("/lib/time-zones.js");
  const zones = Intl.supportedValuesOf("timeZone");
  return zones.map((zone) => [zone, currentName(zone), cityOf(zone)]);
}"""


def test_a_page_and_the_server_give_a_time_zone_the_same_name(open_module_page):
    names = open_module_page().evaluate(NAMES)
    assert len(names) > 400
    expected = [
        (zone, time_zones.canonical(zone), time_zones.city(zone))
        for zone, _, _ in names
        if time_zones.city(zone)
    ]
    shown = [(zone, name, city) for zone, name, city in names if time_zones.city(zone)]
    assert shown == expected


@pytest.mark.parametrize("zone", ["Asia/Calcutta", "Asia/Kolkata"])
def test_a_page_shows_and_chooses_the_current_name(open_module_page, zone):
    page = open_module_page(
        """<p data-part="zone-of-page"></p>
        <form data-part="schedule-form"><div data-part="when-fields">
          <b data-part="zone-name"></b>
          <select data-part="zone" name="zone">
            <option value="Asia/Kolkata">Kolkata (GMT+5:30)</option>
            <option value="UTC" selected>UTC</option>
          </select>
        </div></form>""",
        zone=zone,
    )
    page.evaluate(
        "() => Promise.all(['zones', 'plan-form'].map((each) => import(`/scheduling/${each}.js`)))"
    )
    assert page.locator("[data-part=zone-of-page]").inner_text() == "Your time, Kolkata."
    assert page.locator("[data-part=zone-name]").inner_text() == "Kolkata (GMT+5:30)"
    assert page.locator("select").input_value() == "Asia/Kolkata"
    assert page.locator("option").count() == 2


@pytest.mark.parametrize(("locale", "clock"), [("en-US", "6:00 PM"), ("de-DE", "18:00")])
def test_the_button_shows_12_or_24_hours_depending_on_the_language(open_module_page, locale, clock):
    page = open_module_page(
        """<form data-part="schedule-form">
          <input name="date" value="2026-02-03"> <input name="time" value="18:00">
          <button data-part="schedule-label"></button>
        </form>""",
        clock=NOW,
        locale=locale,
    )
    page.evaluate("() => import('/scheduling/plan-form.js')")
    assert page.locator("button").inner_text() == f"Schedule for Tue {clock}"
