"""Redis goes away and comes back empty: web, worker and audio go on by themselves."""

import time

import pytest

from config.redis_server import RedisServer

TASK = "celery.accumulate"  # of Celery itself: returns its arguments


@pytest.fixture
def redis_of_stack(tmp_path):
    with RedisServer(tmp_path / "redis") as server:
        yield server


def wait_until(condition, deadline=30.0):
    until = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.05)


def test_every_component_recovers_and_tasks_run_again(make_stack, redis_of_stack):
    copy = make_stack(REDIS_URL=redis_of_stack.url).start()
    redis_of_stack.stop()
    wait_until(lambda: copy.health()[0] == 503)
    assert {name for name, told in copy.health()[1].items() if not told["ok"]} == {
        "redis",
        "worker",
        "audio",
    }
    redis_of_stack.start()
    copy.wait_until_well()
    copy.shell(f"from config.celery import app; app.send_task('{TASK}', args=[1])")
    copy.wait_for_line("task_succeeded")
