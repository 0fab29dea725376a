"""The probes of `/healthz`. Each returns details, or raises Unhealthy with a message.

Messages are public, so they contain no IP addresses, paths or host names.
"""

import json
import shutil
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.db import Error, OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F

from audio.placement import live_nodes
from config import beat, heartbeat, tasks, worker_heartbeat
from core import redis_clients, shared_clock
from core.database import is_unavailable
from core.sockets.limits import get_socket_limits, max_sockets
from notifications import queue_report

TIMEOUT = 1.0  # seconds for each probe
WRITE_PATIENCE = 500  # ms that a write waits for a lock
QUEUE = "celery"  # the list in Redis in which tasks wait
QUEUE_PATIENCE = 30.0  # seconds that a task may wait
DELIVERY_PATIENCE = 60.0  # seconds that a notification for one person may wait
CLOCK_TOLERANCE = 2.0  # seconds between two clocks

# Keys are parts of error messages of SQLite or PostgreSQL, values the reasons that are shown.
REASONS = {
    "locked": "locked",
    "statement timeout": "locked",
    "readonly": "read-only",
    "read-only": "read-only",
    "full": "the disk is full",
    "No space left": "the disk is full",
    "disk I/O": "the disk fails",
    "unable to open": "the file can't be opened",
}

Details = Mapping[str, Any]
Probe = Callable[[], Details]


class Unhealthy(Exception):
    """A component does not work."""


class Cached:
    """An expensive probe. A success is cached for `seconds`; a failure is not cached."""

    def __init__(self, probe: Probe, seconds: float) -> None:
        self._probe, self._seconds = probe, seconds
        self._until = float("-inf")
        self._details: Details = {}

    def __call__(self) -> Details:
        if time.monotonic() > self._until:
            self._details = self._probe()
            self._until = time.monotonic() + self._seconds
        return self._details


def probe_database() -> Details:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        write_to_database()
        return {"vendor": connection.vendor}
    except Error as error:
        if not is_unavailable(error):
            raise
        raise Unhealthy(_reason(error, otherwise="can't be reached")) from error
    finally:
        connection.close()


def _write() -> Details:
    """Write to the database, to notice a full disk, a lock or a read-only file."""
    try:
        if connection.vendor == "sqlite":
            _write_to_sqlite()
        else:
            _write_to_postgresql()
    except Error as error:
        if not is_unavailable(error):
            raise
        raise Unhealthy(_reason(error, otherwise="can't be written")) from error
    return {}


def _write_to_sqlite() -> None:
    """Write `user_version`, a number in the file's header that nothing else uses. SQLite would not
    write a row whose values are unchanged."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {WRITE_PATIENCE}")
        cursor.execute(f"PRAGMA user_version = {int(time.time()) % 2**31}")


def _write_to_postgresql() -> None:
    """Write an unchanged row of the migrations table, which always exists and which nothing else
    writes."""
    rows = MigrationRecorder(connection).migration_qs
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {WRITE_PATIENCE}")
        rows.filter(pk__in=rows.order_by("pk").values("pk")[:1]).update(name=F("name"))


write_to_database = Cached(_write, seconds=4.0)


def _reason(error: Error, *, otherwise: str) -> str:
    """Return why a read or a write failed. SQLite may also write to files while it reads."""
    message = str(error.__cause__)
    reasons = (reason for part, reason in REASONS.items() if part in message)
    return next((f"can't be written: {reason}" for reason in reasons), otherwise)


def probe_migrations() -> Details:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    finally:
        connection.close()
    if missing:
        raise Unhealthy(f"{len(missing)} not applied: run manage.py migrate")
    return {}


def probe_disk() -> Details:
    free = shutil.disk_usage(settings.HOME).free // 1_000_000
    if free < settings.DISK_MIN_FREE:
        raise Unhealthy(f"{free} MB free, less than {settings.DISK_MIN_FREE}")
    return {"free_mb": free}


def probe_redis() -> Details:
    with redis_clients.connect(TIMEOUT) as client:
        client.ping()
    return {}


def probe_worker() -> Details:
    with redis_clients.connect(TIMEOUT) as client:
        workers = heartbeat.read(client, worker_heartbeat.KIND)
    if not workers:
        raise Unhealthy("no worker")
    return {"workers": len(workers)}


def probe_beat() -> Details:
    with redis_clients.connect(TIMEOUT) as client:
        beats = heartbeat.read(client, beat.KIND)
    if not beats:
        raise Unhealthy("no beat, so no scheduled task runs")
    if len(beats) > 1:
        raise Unhealthy(f"{len(beats)} are running, but there must be only one")
    return {}


def probe_queue() -> Details:
    """Report how many tasks are waiting, and for how long the oldest has waited."""
    with redis_clients.connect(TIMEOUT) as client:
        waiting = int(client.llen(QUEUE))
        oldest = client.lindex(QUEUE, -1)
        now = shared_clock.seconds(client.time())
    queued_at = json.loads(oldest)["headers"].get(tasks.QUEUED_AT, now) if oldest else now
    seconds = max(0.0, now - queued_at)
    if seconds > QUEUE_PATIENCE:
        raise Unhealthy(f"{waiting} tasks are waiting, the oldest for {seconds:.0f} s")
    return {"waiting": waiting, "seconds": round(seconds, 1)}


def _count_deliveries() -> Details:
    """Report the queue of deliveries.

    Deliveries of broadcasts may wait, e.g. for a rate limit; if others wait, no worker is sending.
    If the database can't be reached, report no details, because `probe_database` reports that.
    """
    try:
        found = queue_report.report()
    except OperationalError:
        return {}
    finally:
        connection.close()
    if found.oldest_single > DELIVERY_PATIENCE:
        raise Unhealthy(f"{found.due} are due, the oldest for {found.oldest_single:.0f} s")
    return found.as_json()


probe_deliveries = Cached(_count_deliveries, seconds=5.0)


def probe_clocks() -> Details:
    """Report how many seconds the clocks of all processes are ahead of the clock of Redis."""
    with redis_clients.connect(TIMEOUT) as client:
        ahead = {"web": time.time() - shared_clock.seconds(client.time())}
        for kind in (worker_heartbeat.KIND, beat.KIND):
            ahead[kind] = _farthest(heartbeat.read(client, kind).values())
    ahead["audio"] = _farthest(node.clock for node in live_nodes())
    ahead["database"] = _database_ahead()
    wrong = {name: by for name, by in ahead.items() if abs(by) > CLOCK_TOLERANCE}
    if wrong:
        raise Unhealthy(", ".join(_describe_clock(name, by) for name, by in wrong.items()))
    return {"seconds": {name: round(by, 3) for name, by in ahead.items()}}


def _database_ahead() -> float:
    """Return how many seconds the clock of PostgreSQL is ahead.

    Return 0 for SQLite, which has no clock of its own, and if the database can't be reached,
    because `probe_database` reports that.
    """
    if connection.vendor == "sqlite":
        return 0.0
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            return float(cursor.fetchone()[0].timestamp() - shared_clock.read())
    except OperationalError:
        return 0.0
    finally:
        connection.close()


def _farthest(ahead: Any) -> float:
    return max(ahead, key=abs, default=0.0)


def _describe_clock(name: str, ahead: float) -> str:
    return f"{name} is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} Redis"


def probe_audio() -> Details:
    nodes = live_nodes()
    if not nodes:
        raise Unhealthy("no node")
    return {
        "nodes": {
            node.node: {
                **node.stats,
                "codec": node.codec,
                "load": round(node.load, 2),
                "pid": node.pid,
            }
            for node in nodes
        }
    }


def probe_sockets() -> Details:
    """Report how many WebSockets are open in this web process, and the limit."""
    held, most = len(get_socket_limits().sockets), max_sockets()
    if held >= most:
        raise Unhealthy(f"all {most} are in use, so new sockets are refused")
    return {"held": held, "most": most}


get_socket_limits()  # create it now, in one thread, because probes run in several

PROBES: dict[str, Probe] = {
    "database": probe_database,
    "migrations": Cached(probe_migrations, seconds=30.0),
    "disk": probe_disk,
    "redis": probe_redis,
    "worker": probe_worker,
    "beat": probe_beat,
    "queue": probe_queue,
    "deliveries": probe_deliveries,
    "clocks": probe_clocks,
    "audio": probe_audio,
    "sockets": probe_sockets,
}
