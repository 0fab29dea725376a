"""What guards the wire: an old snapshot and the journal's events make the fresh snapshot.

Every verb runs for real against the database, and the pages' own reducer reads what it said.
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from spaces.live.events import Durable
from spaces.live.snapshot import build
from spaces.models import Space
from tests import cast
from tests.integration.verbs import VERBS
from tests.integration.verbs.act import Act
from tests.reducer import replay

AUDIENCE = {"count": 1, "guests": 0, "people": []}  # Redis's word, not the journal's


class Change(NamedTuple):
    old: dict[str, Any]
    events: list[dict[str, Any]]
    fresh: dict[str, Any]


@pytest.mark.django_db
def test_for_every_verb_old_snapshot_and_events_make_the_fresh_snapshot():
    changes = {verb.__name__: change_by(verb) for verb in VERBS}
    assert [verb for verb, change in changes.items() if not change.events] == []
    fresh = {verb: change.fresh for verb, change in changes.items()}
    followed = replay(*[(change.old, change.events) for change in changes.values()])
    assert dict(zip(changes, followed, strict=True)) == fresh
    repeated = replay(*[(change.fresh, change.events) for change in changes.values()])
    assert dict(zip(changes, repeated, strict=True)) == fresh, "what is known changes nothing"
    kinds = {event["t"] for change in changes.values() for event in change.events}
    assert kinds == {event.kind for event in Durable.__subclasses__()}


def test_ephemeral_events_replace_what_was_said_before():
    state = {"rev": 3, "audience": {"count": 0, "guests": 0, "people": []}}
    events = [
        {"t": "talking", "people": ["u1", "u2"]},
        {"t": "talking", "people": ["u2"]},
        {"t": "audience", "count": 2, "guests": 1, "people": []},
        {"t": "reactions", "counts": {"💜": 2}, "from": {}},
    ]
    assert replay((state, events)) == [
        {"rev": 3, "audience": {"count": 2, "guests": 1, "people": []}, "talking": ["u2"]}
    ]


def change_by(verb: Callable[[Space], Act]) -> Change:
    space = cast.make_space()
    act = verb(space)
    old = snapshot(space)
    act()
    return Change(old, missed(space, since=old["rev"]), snapshot(space))


def snapshot(space: Space) -> dict[str, Any]:
    return on_the_wire({**build(Space.objects.get(pk=space.pk)), "audience": AUDIENCE})


def missed(space: Space, *, since: int) -> list[dict[str, Any]]:
    rows = space.journal.filter(revision__gt=since).order_by("revision")
    return [on_the_wire(row.frame()) for row in rows]


def on_the_wire(document: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json.dumps(document))
    return read
