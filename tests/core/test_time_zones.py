import zoneinfo
from datetime import UTC, datetime
from importlib.resources import files

import pytest

from core import time_zones

WINTER = datetime(2026, 1, 15, 12, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, 12, tzinfo=UTC)


def test_zones_come_from_the_locked_package_and_not_from_the_system():
    assert zoneinfo.TZPATH == ()
    listed = (files("tzdata") / "zones").read_text().split()
    assert time_zones.known() == set(listed) - {"Factory"}


@pytest.mark.parametrize("name", ["", "Berlin", "europe/berlin", "../zone.tab", "Factory", "a\0b"])
def test_other_names_are_unknown(name):
    assert time_zones.find(name) is None


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("Europe/Stockholm", "Europe/Stockholm"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Asia/Saigon", "Asia/Ho_Chi_Minh"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Pacific/Ponape", "Pacific/Pohnpei"),
        ("Africa/Asmera", "Africa/Asmara"),
        ("Iceland", "Atlantic/Reykjavik"),
        ("US/Eastern", "America/New_York"),
        ("Zulu", "UTC"),
        ("GMT", "UTC"),
        ("Etc/GMT-9", "Etc/GMT-9"),
    ],
)
def test_old_names_become_the_current_ones(name, stored):
    assert time_zones.canonical(name) == stored


@pytest.mark.parametrize(
    ("name", "winter", "summer"),
    [
        ("Europe/Berlin", "Berlin (GMT+1)", "Berlin (GMT+2)"),
        ("Europe/London", "London (GMT)", "London (GMT+1)"),
        ("America/New_York", "New York (GMT-5)", "New York (GMT-4)"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires (GMT-3)", "Buenos Aires (GMT-3)"),
        ("Asia/Calcutta", "Kolkata (GMT+5:30)", "Kolkata (GMT+5:30)"),
        ("Australia/Lord_Howe", "Lord Howe (GMT+11)", "Lord Howe (GMT+10:30)"),
        ("Pacific/Kiritimati", "Kiritimati (GMT+14)", "Kiritimati (GMT+14)"),
        ("Etc/GMT-9", "GMT+9", "GMT+9"),
        ("UTC", "UTC", "UTC"),
    ],
)
def test_a_zone_is_shown_as_its_city_and_its_offset_at_that_time(name, winter, summer):
    assert time_zones.label(name, WINTER) == winter
    assert time_zones.label(name, SUMMER) == summer


def test_every_zone_has_a_label_and_its_current_name_is_known():
    for name in time_zones.known():
        assert time_zones.label(name, WINTER)
        assert time_zones.canonical(name) in time_zones.known()


def test_the_choices_are_current_names_grouped_by_part_of_the_world():
    groups = dict(time_zones.choices(WINTER))
    assert ("Europe/Berlin", "Berlin (GMT+1)") in groups["Europe"]
    assert groups["Other"] == [("UTC", "UTC")]
    names = [name for group in groups.values() for name, _ in group]
    assert len(names) == len(set(names)) > 400
    assert all(time_zones.canonical(name) == name for name in names)
    labels = [label for _, label in groups["Europe"]]
    assert labels == sorted(labels)


def test_renamed_zones_have_the_time_of_their_current_name():
    for old, new in time_zones.RENAMED.items():
        assert old in time_zones.known()
        assert time_zones.canonical(new) == new
        for at in (WINTER, SUMMER):
            offsets = {at.astimezone(zoneinfo.ZoneInfo(name)).utcoffset() for name in (old, new)}
            assert len(offsets) == 1
