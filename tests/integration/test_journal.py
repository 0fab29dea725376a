"""An old snapshot plus the journal's events equals the fresh snapshot.

Every action runs against the database, and the pages' own reducer applies its events, in Chromium.
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page

from spaces.models import Space
from spaces.room.events import Durable
from spaces.room.snapshot import build
from tests import factories
from tests.integration.prepared_actions import ACTIONS
from tests.integration.prepared_actions.action import Action
from tests.reducer import REDUCER

ORIGIN = "http://reducer.test/"
FOLLOW = f"""async cases => {{
  const {{ apply }} = await import("{ORIGIN}{REDUCER.name}");
  return cases.map(([state, events]) => events.reduce(apply, state));
}}"""
AUDIENCE = {"count": 1, "guests": 0, "people": []}  # from Redis, not from the journal


class Change(NamedTuple):
    old: dict[str, Any]
    events: list[dict[str, Any]]
    fresh: dict[str, Any]


@pytest.fixture
def changes(db: None) -> dict[str, Change]:
    """The change that each action makes to a live Space. The actions run before the browser starts,
    because Django refuses queries inside the browser's event loop."""
    return {action.__name__: change_by(action) for action in ACTIONS}


@pytest.fixture
def page(chromium) -> Page:
    """A page with only the shipped reducer."""
    page = chromium.launch().new_page()
    page.route(ORIGIN, lambda route: route.fulfill(body="", content_type="text/html"))
    page.route(
        f"{ORIGIN}{REDUCER.name}",
        lambda route: route.fulfill(body=REDUCER.read_text(), content_type="text/javascript"),
    )
    page.goto(ORIGIN)
    return page


def test_an_old_snapshot_plus_events_equals_the_fresh_snapshot(changes, page):
    assert [action for action, change in changes.items() if not change.events] == []
    fresh = {action: change.fresh for action, change in changes.items()}
    followed = page.evaluate(FOLLOW, [[each.old, each.events] for each in changes.values()])
    assert dict(zip(changes, followed, strict=True)) == fresh
    repeated = page.evaluate(FOLLOW, [[each.fresh, each.events] for each in changes.values()])
    assert dict(zip(changes, repeated, strict=True)) == fresh, "known events change nothing"
    kinds = {event["t"] for change in changes.values() for event in change.events}
    assert kinds == {event.kind for event in Durable.__subclasses__()}


def test_ephemeral_events_replace_earlier_ones(page):
    state = {"rev": 3, "audience": {"count": 0, "guests": 0, "people": []}}
    events = [
        {"t": "talking", "people": ["u1", "u2"]},
        {"t": "talking", "people": ["u2"]},
        {"t": "audience", "count": 2, "guests": 1, "people": []},
        {"t": "reactions", "counts": {"💜": 2}, "from": {}},
    ]
    assert page.evaluate(FOLLOW, [[state, events]]) == [
        {"rev": 3, "audience": {"count": 2, "guests": 1, "people": []}, "talking": ["u2"]}
    ]


def change_by(prepare: Callable[[Space], Action]) -> Change:
    space = factories.make_space()
    act = prepare(space)
    old = snapshot(space)
    act()
    return Change(old, events_since(space, old["rev"]), snapshot(space))


def snapshot(space: Space) -> dict[str, Any]:
    return as_json({**build(Space.objects.get(pk=space.pk)), "audience": AUDIENCE})


def events_since(space: Space, revision: int) -> list[dict[str, Any]]:
    rows = space.journal.filter(revision__gt=revision).order_by("revision")
    return [as_json(row.frame()) for row in rows]


def as_json(document: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json.dumps(document))
    return read
