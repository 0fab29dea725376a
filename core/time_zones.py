"""Time zones of the IANA database: which names exist, and how they are shown to people.

The data comes from the package tzdata (config/settings.py).
"""

from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

IRREGULAR = {"DumontDUrville": "Dumont d'Urville"}
# Old names that the database links to a zone of another country, with the names to use instead.
RENAMED = {
    "Africa/Asmera": "Africa/Asmara",
    "Africa/Timbuktu": "Africa/Bamako",
    "America/Coral_Harbour": "America/Atikokan",
    "America/Virgin": "America/St_Thomas",
    "Antarctica/South_Pole": "Antarctica/McMurdo",
    "Atlantic/Jan_Mayen": "Arctic/Longyearbyen",
    "Iceland": "Atlantic/Reykjavik",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
    "Pacific/Yap": "Pacific/Chuuk",
}


@cache
def known() -> frozenset[str]:
    """Return all names, including old ones such as "Asia/Calcutta", which browsers still report."""
    return frozenset(available_timezones() - {"Factory"})


def find(name: str) -> ZoneInfo | None:
    """Return the zone, or None if there is no zone of that name. `name` may come from anyone."""
    return ZoneInfo(name) if name in known() else None


def canonical(name: str) -> str:
    """Return the name to store and offer: "Asia/Kolkata" for "Asia/Calcutta", "UTC" for "Zulu"."""
    if name in _places():
        return name
    target = RENAMED.get(name) or _links().get(name, name)
    return "UTC" if target in ("Etc/UTC", "Etc/GMT") else target


def city(name: str) -> str:
    """Return "Buenos Aires" for "America/Argentina/Buenos_Aires", and "" for zones of no place."""
    name = canonical(name)
    if name not in _places():
        return ""
    last = name.rpartition("/")[2]
    return IRREGULAR.get(last, last.replace("_", " "))


def offset(at: datetime) -> str:
    """Return the UTC offset of an aware datetime: "GMT+5:30", "GMT-4" or "GMT"."""
    difference = at.utcoffset() or timedelta()
    hours, minutes = divmod(round(abs(difference).total_seconds() / 60), 60)
    if not hours and not minutes:
        return "GMT"
    sign = "-" if difference < timedelta() else "+"
    return f"GMT{sign}{hours}" + (f":{minutes:02}" if minutes else "")


def label(name: str, at: datetime) -> str:
    """Return what people read: "Berlin (GMT+2)", with the offset at the time `at`."""
    clock = offset(at.astimezone(ZoneInfo(name)))
    place = city(name)
    return f"{place} ({clock})" if place else clock if clock != "GMT" else "UTC"


def choices(at: datetime) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the choices of a form field, grouped by part of the world and sorted by city. Offsets
    are those at the time `at`."""
    regions: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(_places(), key=city):
        regions.setdefault(name.partition("/")[0], []).append((name, label(name, at)))
    return [*sorted(regions.items()), ("Other", [("UTC", "UTC")])]


@cache
def _places() -> frozenset[str]:
    """Return the zones that are named after a place, at least one for each country."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text()
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return frozenset(row[2] for row in rows)


@cache
def _links() -> dict[str, str]:
    """Return the newer names of zones that have been renamed or merged."""
    source = (files("tzdata") / "zoneinfo" / "tzdata.zi").read_text()
    lines = (line.split() for line in source.splitlines() if line.startswith("L "))
    return {old: new for _, new, old in lines}
