"""Pages go by the server's time, with which they are served: a device's own clock may be wrong."""

import re
from datetime import UTC, datetime
from typing import Any

from tests.fixtures.stack import ROOT

# What reads the device's clock, and may: it alone writes what it compares with that.
BY_THE_DEVICE = {"lib/server-clock.js", "room/stay.js"}


def test_every_page_is_served_with_the_time(client: Any, db: None) -> None:
    before = datetime.now(UTC).timestamp()
    page = client.get("/").content.decode()
    told = re.search(r'<meta name="server-time" content="([0-9.]+)">', page)
    assert told
    assert before <= float(told[1]) <= datetime.now(UTC).timestamp()


def test_no_other_script_reads_the_clock_of_the_device() -> None:
    scripts = ROOT / "static" / "js"
    reading = {
        path.relative_to(scripts).as_posix()
        for path in scripts.rglob("*.js")
        if re.search(r"Date\.now\(|new Date\(\)", path.read_text())
    }
    assert reading == BY_THE_DEVICE
