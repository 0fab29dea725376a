"""What most people listen to leads, wherever live Spaces are listed."""

import time

import pytest
import redis
from django.conf import settings

from spaces.directory.discovery import busiest, find
from spaces.directory.live_people import Seen
from tests.factories import bring_up, make_space, make_user

pytestmark = pytest.mark.django_db


def seat(space, *people):
    leases = {person.key: time.time() + 60 for person in people}
    redis.Redis.from_url(settings.REDIS_URL).zadd(f"presence:{space.public_id}", leases)


def test_the_largest_audience_leads_however_old_it_is(redis_server):
    large, small, empty = (make_space() for _ in range(3))
    seat(large, make_user(), make_user())
    seat(small, make_user(), bring_up(small, make_user()))  # who speaks does not listen
    reader = Seen(None)
    shown = [(card.space, card.listeners) for card in busiest(reader, 2)]
    assert shown == [(large, 2), (small, 1)]
    assert [card.space for card in find(reader).cards] == [large, small, empty]
