"""The server, the pages and docs/protocol.md list the same events with the same fields."""

import re
from dataclasses import fields
from pathlib import Path

from captions.events import CaptionAdded
from spaces.room.events import PROTOCOL, Durable, Ephemeral, Event, Moved, Reactions
from timeline.events import Pinned

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "static/js/room/room-state.js").read_text()
UPDATES = (ROOT / "static/js/room/update.js").read_text()
DOCUMENT = (ROOT / "docs/protocol.md").read_text()
# {t: "hand", rev: number, who: string, raised: boolean}
TYPE = re.compile(r'\{t: "(\w+)"((?:, \w+: [^,{}]+(?:, string>|, number>)?)*)\}')
TYPEDEF = re.compile(r"@typedef \{\{(.*)\}\} (Pin|Caption)$", re.MULTILINE)
KINDS = {"Pin": Pinned.kind, "Caption": CaptionAdded.kind}  # documented with the snapshot
ROW = re.compile(r"^\| `(\w+)` \| (?!fields)(.*) \|$", re.MULTILINE)


def server_events() -> dict[str, set[str]]:
    """The fields of every event that is sent to a whole room, by its kind."""
    kinds = [each for base in (Durable, Ephemeral) for each in base.__subclasses__()]
    return {each.kind: field_names(each) for each in kinds if each is not Moved}


def field_names(event: type[Event]) -> set[str]:
    if event is Reactions:  # `from` cannot be the name of a field in Python
        return {"counts", "from"}
    return {field.name for field in fields(event)}


def page_events() -> dict[str, set[str]]:
    found = {kind: set(re.findall(r", (\w+): ", given)) for kind, given in TYPE.findall(PAGES)}
    for typed, name in TYPEDEF.findall(PAGES):
        found[KINDS[name]] = {"rev", *re.findall(r"(\w+): ", typed)}
    return found


def test_the_pages_declare_every_event_with_its_fields():
    durable = {each.kind for each in Durable.__subclasses__()}
    assert page_events() == {
        kind: given | ({"rev"} if kind in durable else set())
        for kind, given in server_events().items()
    }


def test_the_document_lists_every_event_with_its_fields():
    section = DOCUMENT.split("### Events")[1].split("### To one socket")[0]
    documented = {kind: set(re.findall(r"`(\w+)`", text)) for kind, text in ROW.findall(section)}
    assert documented.keys() == server_events().keys()
    missing = {
        kind: given - documented[kind]
        for kind, given in server_events().items()
        if kind not in KINDS.values()
    }
    assert not any(missing.values()), missing


def test_pages_and_server_have_the_same_protocol_version():
    assert f"export const PROTOCOL = {PROTOCOL};" in UPDATES
