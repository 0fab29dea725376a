"""The listeners of a Space with a large audience, as a page that opens reads them."""

import pytest

from spaces.room import presence
from spaces.room.presence import LARGE_AUDIENCE
from tests.integration.test_most_listeners import mark_as_present

pytestmark = pytest.mark.django_db


class Listener:
    def __init__(self, number):
        self.key = f"g{number}"


@pytest.fixture
def audience_of(redis_server, space, monkeypatch):
    """`audience_of(5)` adds five listeners; it returns how many a page that opens then shows."""
    monkeypatch.setattr(presence, "_large_audiences", {})
    joined = 0

    def read(joining=0):
        nonlocal joined
        if joining:
            mark_as_present(space, *(Listener(joined + each) for each in range(joining)))
            joined += joining
        return presence.recent_audience(space.public_id)["count"]

    return read


def test_a_small_audience_is_always_current(audience_of):
    assert [audience_of(1), audience_of(1), audience_of(2)] == [1, 2, 4]


def test_a_large_audience_is_read_once_a_second(audience_of, monkeypatch):
    assert [audience_of(LARGE_AUDIENCE), audience_of(5)] == [LARGE_AUDIENCE] * 2
    monkeypatch.setattr(presence, "AUDIENCE_KEPT", 0.0)
    assert audience_of() == LARGE_AUDIENCE + 5


def test_audiences_that_are_too_old_are_forgotten(audience_of, monkeypatch):
    monkeypatch.setattr(presence, "AUDIENCE_KEPT", 0.0)
    presence._large_audiences["elsewhere"] = (0.0, {"count": 300})
    audience_of()
    assert presence._large_audiences == {}


def test_an_announcement_is_always_current(audience_of, space):
    audience_of(LARGE_AUDIENCE)
    mark_as_present(space, Listener(LARGE_AUDIENCE))
    assert presence.audience(space.public_id)["count"] == LARGE_AUDIENCE + 1
