"""Joining as a guest, on both databases."""

import pytest

from core.refusals import Refusal
from spaces.actions import guests, lifecycle, removals
from spaces.models import Guest, Space
from spaces.room import cool_down
from spaces.viewer import SESSION_KEY
from tests.concurrency import run_concurrently
from tests.factories import make_host

NETWORK, ELSEWHERE = "203.0.113.0", "198.51.100.0"


@pytest.fixture
def space(both_databases: str) -> Space:
    return lifecycle.start(host=make_host(), title="By the link", open_to_guests=True)


def join(space: Space, token: str, network: str = NETWORK) -> str:
    return guests.join(space, {SESSION_KEY: token}, network=network).key


def test_simultaneous_joins_of_one_guest_count_once(space):
    assert run_concurrently(3, lambda _: join(space, "guest")) == ["gguest"] * 3
    assert Guest.objects.filter(space=space).count() == 1


def test_a_refused_guest_does_not_join(space):
    removals.remove_guest(space, key=join(space, "first"), by=space.host)
    with pytest.raises(cool_down.CoolingDown):
        join(space, "second")
    assert join(space, "third", ELSEWHERE) == "gthird"
    guests.set_open(space, is_open=False, by=space.host)
    space.refresh_from_db()
    with pytest.raises(Refusal) as refusal:
        join(space, "fourth", ELSEWHERE)
    assert refusal.value.code == "signed_out"
    assert set(space.guests.values_list("viewer_key", flat=True)) == {"gfirst", "gthird"}
