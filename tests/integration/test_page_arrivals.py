"""People whose pages open sockets at the same time get the same answers as each person alone."""

import asyncio
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.session_store import SessionStore
from core import rates, shared_clock
from spaces.directory.live_updates.arrivals import ENTRIES, Arrivals
from tests.factories import make_user, signed_in
from tests.fixtures.room import in_thread

pytestmark = pytest.mark.django_db(transaction=True)


def session_of(user):
    return signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value


def make_people():
    """Return the person and the session of each socket that opens."""
    ana, ben, cleo, dan = map(make_user, ("ana", "ben", "cleo", "dan"))
    ben.suspended_until = timezone.now() + timedelta(days=1)
    ben.save()
    opened = {
        name: (user, session_of(user))
        for name, user in (
            ("ana", ana),
            ("suspended", ben),
            ("too fast", cleo),
            ("new password", dan),
        )
    }
    dan.set_password("another good password")
    dan.save()
    for _ in range(60):
        rates.spend(ENTRIES, "people", cleo.key)
    return {**opened, "stranger": (None, None), "ana again": opened["ana"]}


async def test_sockets_that_open_together_are_answered_like_each_alone(redis_server):
    opened = await in_thread(make_people)
    before = await in_thread(shared_clock.now)
    together = Arrivals()
    found = await asyncio.gather(*(together.of(SessionStore(key)) for _, key in opened.values()))
    after = await in_thread(shared_clock.now)
    arrived = dict(zip(opened, found, strict=True))
    readers = {name: each.reader for name, each in arrived.items()}
    expected = {name: user for name, (user, _) in opened.items()}
    assert readers == {**expected, "new password": None}
    assert {name for name, each in arrived.items() if each.refusal} == {"too fast"}
    assert all(before <= each.time <= after for each in found)


async def test_a_person_may_open_sixty_sockets_in_ten_seconds(redis_server):
    key = await in_thread(lambda: session_of(make_user("ana")))
    arrivals = Arrivals()
    found = await asyncio.gather(*(arrivals.of(SessionStore(key)) for _ in range(62)))
    assert [each.refusal is None for each in found].count(True) == 60
