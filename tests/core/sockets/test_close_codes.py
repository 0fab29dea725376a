"""The server, the pages and docs/protocol.md know the same close codes."""

import re
from pathlib import Path

from core.sockets import close_codes

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = (ROOT / "docs/protocol.md").read_text().split("#### Close codes")[1].split("\n###")[0]
PAGES = (ROOT / "static/js/lib/socket.js").read_text()
ROW = re.compile(r"^\| (\d{4}) \| `(\w+)` \|.*\| ([^|]*) \|$", re.MULTILINE)
TRY_AGAIN_LATER = 1013  # a proxy sends this code


def server_codes() -> dict[str, int]:
    return {name: code for name, code in vars(close_codes).items() if name.isupper()}


def page_codes(name: str) -> set[int]:
    """Return the codes in the list `name` of socket.js."""
    constants = dict(re.findall(r"^const (\w+) = (\d{4});", PAGES, re.MULTILINE))
    listed = re.search(rf"^const {name} = \[(.*)\];", PAGES, re.MULTILINE)
    assert listed
    return {int(constants.get(each, each)) for each in listed[1].split(", ")}


def documented_codes(reaction: str) -> set[int]:
    """Return the codes after which a page reacts in this way."""
    return {int(code) for code, _, then in ROW.findall(DOCUMENT) if then == reaction}


def test_the_document_has_every_code_by_its_name():
    assert {name: int(code) for code, name, _ in ROW.findall(DOCUMENT)} == server_codes()


def test_pages_do_not_reconnect_after_the_codes_documented_as_final():
    assert page_codes("FINAL_CODES") == documented_codes("does not reconnect")


def test_pages_reconnect_late_after_the_codes_documented_as_busy():
    busy = page_codes("BUSY_CODES") - {TRY_AGAIN_LATER}
    assert busy == documented_codes("reconnects after 15 to 30 s")
