"""Lists of live Spaces begin with the Space that has the most listeners."""

import time

import pytest
import redis
from django.conf import settings

from spaces.directory.discovery import busiest, find
from spaces.directory.live_view import LiveView
from tests.factories import make_space, make_user, put_on_stage

pytestmark = pytest.mark.django_db


def mark_as_present(space, *people):
    leases = {person.key: time.time() + 60 for person in people}
    redis.Redis.from_url(settings.REDIS_URL).zadd(f"presence:{space.public_id}", leases)


def test_the_space_with_the_most_listeners_comes_first(redis_server):
    large, small, empty = (make_space() for _ in range(3))
    mark_as_present(large, make_user(), make_user())
    # A speaker does not count as a listener.
    mark_as_present(small, make_user(), put_on_stage(small, make_user()))
    reader = LiveView(None)
    shown = [(card.space, card.listeners) for card in busiest(reader, 2)]
    assert shown == [(large, 2), (small, 1)]
    assert [card.space for card in find(reader).cards] == [large, small, empty]
