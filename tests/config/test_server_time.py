"""Pages use the server's time, which is sent with them: a device's own clock may be wrong."""

import re
from datetime import UTC, datetime
from typing import Any

from tests.fixtures.stack import ROOT

# These may read the device's clock. The first uses it if a page does not state the server's time;
# the others compare it only with values that they wrote themselves.
MAY_READ_IT = {
    "lib/server-clock.js",
    "notifications/device.js",
    "notifications/push-card.js",
    "room/stay.js",
}


def test_a_page_contains_the_server_time(client: Any, db: None) -> None:
    before = datetime.now(UTC).timestamp()
    page = client.get("/").content.decode()
    meta = re.search(r'<meta name="server-time" content="([0-9.]+)">', page)
    assert meta
    assert before <= float(meta[1]) <= datetime.now(UTC).timestamp()


def test_no_other_script_reads_the_clock_of_the_device() -> None:
    scripts = ROOT / "static" / "js"
    readers = {
        path.relative_to(scripts).as_posix()
        for path in scripts.rglob("*.js")
        if re.search(r"Date\.now\(|new Date\(\)", path.read_text())
    }
    assert readers == MAY_READ_IT
