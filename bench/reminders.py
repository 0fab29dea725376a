"""Measure how fast due reminders are sent, and whether other notifications wait for them.

    python -m bench.reminders [--people 100000] [--workers 2] [--durable]

Everyone has a reminder for the same Space, and the broadcast of these reminders is already due.
Real workers and beat expand it and hand each reminder to a provider that does nothing. Meanwhile
warnings from the staff and e-mails about a new password are sent. See bench/README.md.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

from bench.empty_site import set_up
from bench.processes import processor_time
from config.parent_death import die_with_parent
from config.redis_server import RedisServer
from tests.fixtures.postgresql import Cluster

FILL = 5_000  # rows per insert
EVERY = 0.5  # seconds until another unrelated warning and e-mail are sent
WARM_UP = 20.0  # seconds for the workers to start


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--durable", action="store_true", help="PostgreSQL waits for the disk")
    options = parser.parse_args()
    with ExitStack() as stack:
        home, folder = (
            Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="spaces-bench-")))
            for _ in range(2)
        )
        redis = stack.enter_context(RedisServer(home / "redis"))
        folder.chmod(0o711)  # PostgreSQL's user must be able to reach its data
        cluster = Cluster(folder)
        cluster.start(durable=options.durable)
        stack.callback(cluster.stop)
        set_up(home, cluster.url, redis.url, DJANGO_SETTINGS_MODULE="bench.null_settings")
        _fill(options.people)
        workers = [stack.enter_context(_running("worker")) for _ in range(options.workers)]
        stack.enter_context(_running("beat"))
        time.sleep(WARM_UP)
        _measure(options.people, [worker.pid for worker in workers], cluster)


def _fill(people: int) -> None:
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415
    from scheduling.models import Reminder, Schedule  # noqa: PLC0415
    from spaces.models import Space, State  # noqa: PLC0415

    User.objects.bulk_create(
        [User(handle=f"a{n}", name=f"Person {n}") for n in range(people)], batch_size=FILL
    )
    host = User.objects.create(handle="host", name="The host")
    starts_at = timezone.now() + timedelta(minutes=20)
    space = Space.objects.create(
        host=host, title="Trams", state=State.SCHEDULED, starts_at=starts_at
    )
    Schedule.objects.create(
        space=space,
        local_date=starts_at.date(),
        local_time=starts_at.time(),
        zone="UTC",
        reminder_count=people,
    )
    keys = User.objects.exclude(pk=host.pk).values_list("pk", flat=True)
    Reminder.objects.bulk_create(
        (Reminder(space=space, user_id=pk) for pk in keys), batch_size=FILL
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@contextmanager
def _running(*arguments: str) -> "Iterator[subprocess.Popen[bytes]]":
    pool = ("--pool", "solo") if arguments == ("worker",) else ()
    command = [sys.executable, "-m", "celery", "-A", "config", *arguments, *pool]
    process = subprocess.Popen(command, preexec_fn=die_with_parent, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def _measure(people: int, workers: list[int], cluster: Cluster) -> None:
    from django.db.models import Count, Max  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from notifications import broadcasts  # noqa: PLC0415
    from notifications.models import Delivery  # noqa: PLC0415
    from scheduling import subjects  # noqa: PLC0415
    from spaces.models import Space  # noqa: PLC0415

    subject = str(subjects.Subject(Space.objects.get().public_id, 0))
    before = [processor_time(workers), processor_time(cluster.pids())]
    started = timezone.now()
    broadcasts.plan(subjects.REMINDER_SOON, subject, started)
    rows = Delivery.objects.filter(position__gt=0)
    memory: list[int] = []
    while rows.filter(finished_at__isnull=False).count() < people:
        _send_unrelated()
        memory.append(max(_memory(pid) for pid in workers))
        time.sleep(EVERY)
        if (timezone.now() - started).total_seconds() > 900:
            break
    seconds = (rows.aggregate(last=Max("finished_at"))["last"] - started).total_seconds()
    used = [processor_time(workers) - before[0], processor_time(cluster.pids()) - before[1]]
    time.sleep(2)  # for the last warning and e-mail
    states = dict(rows.values_list("state").annotate(Count("pk")).order_by())
    delays = _delays()
    print(f"{people} reminders in {seconds:.1f} s: {people / seconds:.0f} rows a second; {states}")
    print(
        "processor per row: workers {:.2f} ms, PostgreSQL {:.2f} ms".format(
            *(1000 * each / people for each in used)
        )
    )
    print(f"memory of the largest worker: {memory[len(memory) // 10]} MB, then {memory[-1]} MB")
    print(
        f"delay of {len(delays)} unrelated warnings and e-mails: "
        f"median {statistics.median(delays):.2f} s, longest {max(delays):.2f} s"
    )


def _send_unrelated() -> None:
    """Warn a person, and send an e-mail to another one; both contain the time."""
    from accounts.models import User  # noqa: PLC0415
    from accounts.tasks import send_rendered_email  # noqa: PLC0415
    from notifications.inbox import notify  # noqa: PLC0415

    notify(User.objects.get(handle="a0"), kind="warning", text=f"Be kind. {time.time()}")
    send_rendered_email.delay(str(time.time()), "A new password", "a@example.org")


def _delays() -> list[float]:
    from bench.null_provider import DELAYS  # noqa: PLC0415
    from core import redis_clients  # noqa: PLC0415

    return [float(seconds) for seconds in redis_clients.shared().lrange(DELAYS, 0, -1)]


def _memory(pid: int) -> int:
    """Return the resident memory of a process in MB (proc(5))."""
    status = Path(f"/proc/{pid}/status").read_text()
    kilobytes = next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]
    return int(kilobytes) // 1024


if __name__ == "__main__":
    main()
