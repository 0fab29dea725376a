"""A process whose clock is wrong by 40 s still compares times of other processes correctly."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.utils import timezone
from redis.asyncio import Redis

from config.tasks import LIFETIME, QUEUED_AT, is_stale
from core import rates, shared_clock
from spaces.models import Space, State
from spaces.room import presence
from tests.fixtures.stack import ROOT

CHECK_ATTENDANCE = """
import django
django.setup()
from spaces.actions import attendance
from spaces.models import Space
attendance.update(Space.objects.get())
"""
SPEND = """
import django
django.setup()
from core import rates
try:
    rates.spend("1/hour", "act", "u1")
except rates.TooFast as refusal:
    print("too fast", refusal.seconds > 3570)  # starting this process takes a while, too
"""
CHECK_TASK = """
import django, sys
django.setup()
from config.tasks import is_stale
print(is_stale({"queued_at": float(sys.argv[1]), "lifetime": 30}))
"""


@pytest.fixture
def run_ahead(both_databases, redis_server):
    """`run_ahead(code, by=40)` runs code in a process whose clock is 40 seconds ahead."""

    def run(code, *arguments, by):
        settings = connection.settings_dict
        url = f"sqlite:///{settings['NAME']}"
        if both_databases == "postgresql":
            url = "postgresql://{USER}@{HOST}:{PORT}/{NAME}".format(**settings)
        done = subprocess.run(
            ["faketime", "-f", f"{by:+}s", sys.executable, "-c", code, *arguments],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "SPACES_HOME": os.environ["SPACES_HOME"],
                "SECRET_KEY": "only-for-tests",
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "DATABASE_URL": url,
                "REDIS_URL": redis_server.url,
                "ALLOWED_HOSTS": "testserver",
                "BASE_URL": "http://testserver",
            },
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run


@async_to_sync
async def arrive(url, space, *people):
    async with Redis.from_url(url) as client, client.pipeline() as pipe:
        presence.renew(pipe, space.public_id, [person.key for person in people])
        await pipe.execute()


@pytest.mark.parametrize("by", [40, -40])
def test_a_connected_host_is_not_away(run_ahead, space, host, redis_server, by):
    arrive(redis_server.url, space, host)
    run_ahead(CHECK_ATTENDANCE, by=by)
    assert Space.objects.get().host_away_at is None


def test_a_host_who_is_away_has_the_whole_grace_period(run_ahead, space, host):
    since = shared_clock.now() - timedelta(seconds=30)
    Space.objects.update(host_away_at=since)
    run_ahead(CHECK_ATTENDANCE, by=40)
    assert Space.objects.get().state == State.LIVE


def test_rate_limits_and_task_ages_use_the_shared_clock(run_ahead, redis_server):
    rates.spend("1/hour", "act", "u1")
    assert run_ahead(SPEND, by=40) == "too fast True"
    queued_at = str(shared_clock.now().timestamp())
    assert run_ahead(CHECK_TASK, queued_at, by=40) == "False"


def test_a_task_that_waited_too_long_is_stale(redis_server):
    old = (shared_clock.now() - timedelta(seconds=5)).timestamp()
    assert is_stale({QUEUED_AT: old, LIFETIME: 4})
    assert not is_stale({QUEUED_AT: old, LIFETIME: 6})
    assert not is_stale({QUEUED_AT: old})


def test_without_redis_the_local_clock_is_used(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert abs(shared_clock.now() - timezone.now()) < timedelta(seconds=1)
