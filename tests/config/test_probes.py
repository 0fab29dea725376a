"""What `/healthz` checks: each problem is named in words that reveal nothing else to strangers."""

import json
import time

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from redis import Redis

from audio.placement import Heartbeat, Placement
from config import beat, heartbeat, probes, worker_heartbeat
from config.celery import app
from config.probes import Unhealthy
from tests.config.test_unavailable import (
    execute,
    lock_database,
    make_read_only,
    second_connection,  # noqa: F401
)

pytestmark = pytest.mark.integration


def failure_of(probe):
    with pytest.raises(Unhealthy) as caught:
        probe()
    return str(caught.value)


@pytest.fixture
def no_cached_success(monkeypatch):
    """Forget that writing to the database succeeded in another test."""
    monkeypatch.setattr(probes.write_to_database, "_until", float("-inf"))


@pytest.fixture
def client(redis_server):
    with Redis.from_url(redis_server.url, decode_responses=True) as client:
        yield client


def test_a_database_that_can_be_written_is_healthy(both_databases, no_cached_success):
    assert probes.probe_database() == {"vendor": both_databases}


def test_a_locked_database_is_reported(
    both_databases,
    second_connection,  # noqa: F811
    no_cached_success,
    monkeypatch,
):
    monkeypatch.setattr(probes, "WRITE_PATIENCE", 50)
    if connection.vendor == "sqlite":
        unlock = lock_database(second_connection)
    else:
        second_connection.set_autocommit(False)
        execute(second_connection, "LOCK TABLE django_migrations")
        unlock = second_connection.rollback
    failure = failure_of(probes.probe_database)
    unlock()
    assert failure == "can't be written: locked"
    assert probes.probe_database() == {"vendor": both_databases}, "failures are not cached"


def test_a_read_only_database_is_reported(both_databases, no_cached_success):
    make_read_only(None)
    assert failure_of(probes.probe_database) == "can't be written: read-only"


def test_a_missing_migration_is_reported(both_databases):
    assert probes.probe_migrations() == {}
    last = MigrationRecorder(connection).migration_qs.filter(app="timeline").latest("pk")
    app_label, name = last.app, last.name
    last.delete()
    try:
        assert failure_of(probes.probe_migrations) == "1 not applied: run manage.py migrate"
    finally:
        MigrationRecorder(connection).record_applied(app_label, name)


def test_too_little_disk_space_is_reported(settings):
    assert probes.probe_disk()["free_mb"] > 0
    settings.DISK_MIN_FREE = 10**9
    assert failure_of(probes.probe_disk).endswith(" MB free, less than 1000000000")


def test_beat_sends_a_heartbeat_and_a_second_beat_is_reported(client, settings, tmp_path):
    assert failure_of(probes.probe_beat) == "no beat, so no scheduled task runs"
    scheduler = beat.Scheduler(app, lazy=True, schedule_filename=str(tmp_path / "schedule"))
    scheduler.data = {}
    scheduler._store = {"entries": {}}
    scheduler.tick()
    assert probes.probe_beat() == {}
    heartbeat.send(client, beat.KIND, "elsewhere pid:[1]:1")
    assert failure_of(probes.probe_beat) == "2 are running, but there must be only one"


def test_a_heartbeat_that_stopped_expires(client, monkeypatch):
    monkeypatch.setattr(heartbeat, "TTL", 0.05)
    heartbeat.send(client, beat.KIND, "elsewhere pid:[1]:1")
    while heartbeat.read(client, beat.KIND):
        pass
    assert failure_of(probes.probe_beat) == "no beat, so no scheduled task runs"


def test_tasks_that_wait_too_long_are_reported(client, settings, monkeypatch):
    # Change Celery's own configuration, because Celery has read the settings already.
    monkeypatch.setitem(app.conf, "task_always_eager", False)
    with app.connection_for_write(settings.REDIS_URL) as broker:
        app.send_task("spaces.tasks.update_stages", connection=broker)
    assert probes.probe_queue()["waiting"] == 1
    message = json.loads(client.lindex(probes.QUEUE, -1))
    message["headers"]["queued_at"] -= 34
    client.lset(probes.QUEUE, -1, json.dumps(message))
    assert failure_of(probes.probe_queue) == "1 tasks are waiting, the oldest for 34 s"


async def send_beat(given):
    placement = Placement()
    await placement.send_heartbeat(given)
    await placement.close()


def test_a_wrong_clock_is_reported(client, both_databases, monkeypatch):
    now = time.time
    assert set(probes.probe_clocks()["seconds"]) == {"web", "worker", "beat", "audio", "database"}
    monkeypatch.setattr(heartbeat.time, "time", lambda: now() + 40)
    heartbeat.send(client, worker_heartbeat.KIND, "elsewhere pid:[1]:1")
    monkeypatch.undo()
    async_to_sync(send_beat)(Heartbeat("a", "1", 1, "rr", clock=-7.0))
    words = "worker is 40 s ahead of Redis, audio is 7 s behind Redis"
    assert failure_of(probes.probe_clocks) == words
