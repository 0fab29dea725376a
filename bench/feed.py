"""Measure the cost of a home page and of a ring refresh with many posts; see bench/README.md.

python -m bench.feed [--database sqlite|postgresql] [--posts 100000] [--follows 5000] [--pages 40]
"""

import argparse
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.empty_site import set_up
from bench.processes import processor_time
from config.redis_server import RedisServer
from tests.fixtures.postgresql import Cluster

AUTHORS = 10_000
QUIET = 5  # people without recent posts; the second reader follows only them
LIVE, SPEAKERS, ENDED = 200, 4, 2_000
WARM_UP = 5


@dataclass
class Meter:
    """Measures the seconds that this process waits for queries."""

    taken: list[float] = field(default_factory=list)

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.taken.append(time.perf_counter() - begun)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--follows", type=int, default=5_000)
    parser.add_argument("--pages", type=int, default=40)
    options = parser.parse_args()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="spaces-bench-")))
        home.chmod(0o711)  # PostgreSQL's user must be able to reach its data
        redis = stack.enter_context(RedisServer(home / "redis"))
        url = f"sqlite:///{home}/db.sqlite3"
        if options.database == "postgresql":
            folder = home / "postgresql"
            folder.mkdir()
            cluster = Cluster(folder)
            cluster.start()
            stack.callback(cluster.stop)
            url = cluster.url
        set_up(home, url, redis.url, DJANGO_SETTINGS_MODULE="bench.feed_settings")
        _fill(options.posts, options.follows)
        _measure(options.pages)


def _fill(posts: int, follows: int) -> None:
    """Create people, Spaces, follows, likes and posts; every twentieth post has a card."""
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from accounts import follow as following  # noqa: PLC0415
    from accounts.models import Follow, User  # noqa: PLC0415
    from spaces.models import Participant, Role, Space, State  # noqa: PLC0415
    from timeline.models import Like, Post  # noqa: PLC0415

    chance, now = random.Random(7), timezone.now()
    User.objects.bulk_create(
        [User(handle=f"a{n}", name=f"Author {n}") for n in range(AUTHORS + 2)], batch_size=5_000
    )
    *authors, reader, quiet_reader = User.objects.order_by("pk")
    spaces = Space.objects.bulk_create(
        Space(
            host=authors[n],
            title=f"Space {n}",
            state=State.LIVE if n < LIVE else State.ENDED,
            started_at=now - timedelta(hours=2),
            ended_at=None if n < LIVE else now,
        )
        for n in range(LIVE + ENDED)
    )
    Participant.objects.bulk_create(
        Participant(
            space=space,
            user=authors[number if seat == 0 else LIVE + ENDED + number * SPEAKERS + seat],
            role=Role.HOST if seat == 0 else Role.SPEAKER,
            seat=0 if seat == 0 else 2 + seat,
            left_at=None if number < LIVE else now,
        )
        for number, space in enumerate(spaces)
        for seat in range(1 + (SPEAKERS if number < LIVE else 0))
    )
    loud = authors[:-QUIET]
    Post.objects.bulk_create(
        [Post(author=one, text="Long ago") for one in authors[-QUIET:]]
        + [
            Post(
                author=chance.choice(loud),
                text="What cities sound like at five in the morning " * 3,
                space=chance.choice(spaces) if n % 20 == 0 else None,
            )
            for n in range(posts - QUIET)
        ],
        batch_size=5_000,
    )
    followed = chance.sample(loud, follows)
    Follow.objects.bulk_create(Follow(follower=reader, followed=one) for one in followed)
    Follow.objects.bulk_create(
        Follow(follower=quiet_reader, followed=one) for one in authors[-QUIET:]
    )
    following.recount(User.objects.filter(pk__in=[reader.pk, quiet_reader.pk]))
    newest = Post.objects.filter(author__in=followed).order_by("-pk")[:200]
    Like.objects.bulk_create(Like(post=post, user=reader) for post in newest[::3])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _measure(pages: int) -> None:
    from accounts.models import User  # noqa: PLC0415
    from spaces.directory import live_index  # noqa: PLC0415
    from timeline.models import Post  # noqa: PLC0415

    reader, quiet_reader = User.objects.order_by("-pk")[1], User.objects.order_by("-pk")[0]
    middle = Post.objects.count() // 2
    _row("home, follows many", _home(reader, "/"), pages)
    _row("home, half-way down", _home(reader, f"/?before={middle}"), pages)
    _row("home, follows a few quiet people", _home(quiet_reader, "/"), pages)
    _row("ring refresh", live_index.read, pages)


def _home(reader: Any, url: str) -> Callable[[], object]:
    from django.test import Client  # noqa: PLC0415

    from spaces.directory import live_index  # noqa: PLC0415

    client = Client()
    client.force_login(reader)

    def ask() -> None:
        live_index.invalidate()  # so that queries whose results are cached for a moment are counted
        answer = client.get(url)
        assert len(re.findall('<article class="post', answer.content.decode())) >= QUIET  # noqa: S101

    return ask


def _row(name: str, function: Callable[[], object], times: int) -> None:
    from django.db import connection  # noqa: PLC0415

    for _ in range(WARM_UP):
        function()
    totals, queries, before = [], 0, _processor()
    for _ in range(times):
        meter = Meter()
        with connection.execute_wrapper(meter):
            function()
        totals.append(sum(meter.taken) * 1000)
        queries = len(meter.taken)
    own = (_processor() - before) / times * 1000
    p50, p95 = statistics.median(totals), statistics.quantiles(totals, n=20)[18]
    print(f"| {name} | {queries} | {own:.1f} ms | {p50:.1f}, {p95:.1f} ms |", flush=True)


def _processor() -> float:
    """Return the processor time of our PostgreSQL backend, which other processes don't affect. With
    SQLite, return that of this process, which also renders the pages."""
    from django.db import connection  # noqa: PLC0415

    if connection.vendor == "sqlite":
        return time.process_time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ((pid,),) = cursor.fetchall()
    return processor_time([pid])


if __name__ == "__main__":
    main()
