"""Joining as a guest, on both databases: once, and not at all where something refuses it."""

import pytest

from core.refusals import Refusal
from spaces.actions import guests, lifecycle, moderation
from spaces.models import Guest, Space
from spaces.room import cool_down
from spaces.viewer import SESSION_KEY
from tests.factories import make_host
from tests.races import at_once

NETWORK, ELSEWHERE = "203.0.113.0", "198.51.100.0"


@pytest.fixture
def space(both_databases: str) -> Space:
    return lifecycle.start(host=make_host(), title="By the link", open_to_guests=True)


def join(space: Space, token: str, network: str = NETWORK) -> str:
    return guests.welcome(space, {SESSION_KEY: token}, network=network).key


def test_two_taps_at_once_join_once(space):
    assert at_once(3, lambda _: join(space, "tapper")) == ["gtapper"] * 3
    assert Guest.objects.filter(space=space).count() == 1


def test_who_is_refused_has_not_joined(space):
    moderation.remove_guest(space, key=join(space, "first"), by=space.host)
    with pytest.raises(cool_down.CoolingDown):
        join(space, "second")
    assert join(space, "third", ELSEWHERE) == "gthird"
    guests.allow(space, allowed=False, by=space.host)
    space.refresh_from_db()
    with pytest.raises(Refusal) as refusal:
        join(space, "fourth", ELSEWHERE)
    assert refusal.value.code == "signed_out"
    assert set(space.guests.values_list("viewer_key", flat=True)) == {"gfirst", "gthird"}
