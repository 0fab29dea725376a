"""Redis stops and comes back empty: web, worker and audio recover by themselves."""

import time

import pytest

from config.redis_server import RedisServer

LEFT_ALONE = """
from datetime import timedelta
from django.utils import timezone
from spaces.actions import lifecycle
space = lifecycle.start(host=User.objects.get(handle="ana"), title="Left alone")
space.host_away_at = timezone.now() - timedelta(minutes=2)
space.save()
"""
STATE = "print(Space.objects.get(title='Left alone').state)"


@pytest.fixture
def redis_of_stack(tmp_path):
    with RedisServer(tmp_path / "redis") as server:
        yield server


def wait_until(condition, deadline=30.0):
    until = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < until, "the condition was never met"
        time.sleep(0.05)


def test_every_component_recovers_from_a_redis_restart(make_stack, prepared_home, redis_of_stack):
    copy = make_stack(prepared=prepared_home, REDIS_URL=redis_of_stack.url).start()
    redis_of_stack.stop()
    wait_until(lambda: copy.health()[0] == 503)
    assert {name for name, report in copy.health()[1].items() if not report["ok"]} == {
        "redis",
        "worker",
        "beat",
        "queue",
        "clocks",
        "audio",
    }
    redis_of_stack.start()
    copy.wait_until_healthy()
    copy.shell(LEFT_ALONE)  # the scheduler triggers a task, and a worker ends the Space
    wait_until(lambda: copy.shell(STATE) == "ended", deadline=60.0)
