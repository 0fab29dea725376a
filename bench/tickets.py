"""Measure a rush for tickets: how fast seats are reserved, and how long each buyer waits.

    python -m bench.tickets [--buyers 2000] [--seats 500] [--processes 2] [--threads 8] [--durable]

Each buyer wants one ticket of the same Space, all at the same moment. Several processes call
`billing.actions.reserving.reserve`, as the buying page does, against PostgreSQL. The request to
Stripe that follows on the site is not part of this. The floor is the same rush with only the two
statements that no design can leave out, as plain SQL: the conditional update of the offer, and the
insert of the reservation.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

from bench.empty_site import set_up
from config.redis_server import RedisServer
from tests.fixtures.postgresql import Cluster

PRICE = 1_250  # EUR 12.50
START_AFTER = 5.0  # seconds until all processes begin; enough for each to be ready
UPDATE = """
    UPDATE billing_offer SET taken = taken + 1 WHERE id = %s AND taken <= quantity - 1
"""
INSERT = """
    INSERT INTO billing_reservation (id, offer_id, buyer_id, quantity, unit_price, currency,
                                     fee_rate, state, created_at, expires_at, next_try_at,
                                     attempts, payment_intent, title)
    VALUES (gen_random_uuid(), %s, %s, 1, 1250, 'EUR', 1000, 'held', now(),
            now() + interval '31 minutes', now(), 0, '', 'Trams')
"""
Reserve = Callable[[int], bool]  # user id -> whether they got a seat


@dataclass(frozen=True)
class Outcome:
    """What one buyer experienced."""

    begun: float  # seconds since 1970
    took: float  # seconds
    got_seat: bool


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--buyers", type=int, default=2_000)
    parser.add_argument("--seats", type=int, default=500)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=8, help="in each process")
    parser.add_argument("--durable", action="store_true", help="PostgreSQL waits for the disk")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        _work(json.loads(options.worker))
        return
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
        set_up(home, cluster.url, redis.url)
        buyers = _fill(options.buyers)
        for how in ("reserve", "floor"):
            offer_id = _offer(options.seats)
            outcomes = _rush(how, offer_id, buyers, options.processes, options.threads)
            _report(how, outcomes, offer_id, options.seats)


def _fill(buyers: int) -> list[int]:
    """Create the buyers; return their ids."""
    from django.db import connection  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415

    people = [User(handle=f"b{n}", name=f"Buyer {n}") for n in range(buyers)]
    created = User.objects.bulk_create(people)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return [person.pk for person in created]


def _offer(seats: int) -> int:
    """Create a scheduled Space with tickets; return the id of its offer."""
    from django.utils import timezone  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415
    from billing.models import HostAccount, Offer  # noqa: PLC0415
    from spaces.models import Space, State  # noqa: PLC0415

    host = User.objects.create(handle=f"host{User.objects.count()}", name="The host")
    HostAccount.objects.create(
        host=host,
        country="de",
        stripe_id=f"acct_{host.pk}",
        transfers_enabled=True,
        payouts_enabled=True,
    )
    starts_at = timezone.now() + timedelta(days=1)
    space = Space.objects.create(
        host=host, title="Trams", state=State.SCHEDULED, starts_at=starts_at
    )
    offer = Offer.objects.create(
        space=space, seller=host, currency="EUR", price=PRICE, quantity=seats, fee_rate=1_000
    )
    return offer.pk


def _rush(
    how: str, offer_id: int, buyers: list[int], processes: int, threads: int
) -> list[Outcome]:
    """Let all buyers try to get a seat; return what each experienced."""
    starts_at = time.time() + START_AFTER
    running = []
    for number in range(processes):
        work = {
            "how": how,
            "offer": offer_id,
            "buyers": buyers[number::processes],
            "threads": threads,
            "starts_at": starts_at,
        }
        command = [sys.executable, "-m", "bench.tickets", "--worker", json.dumps(work)]
        running.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    printed = [process.communicate()[0] for process in running]
    return [Outcome(*each) for part in printed for each in json.loads(part)]


def _work(work: dict[str, Any]) -> None:
    """Be one web process: handle the requests of its buyers in some threads."""
    django.setup()
    reserve = {"reserve": _reserve, "floor": _reserve_at_the_floor}[work["how"]](work["offer"])

    def buy(user_id: int) -> tuple[float, float, bool]:
        begun = time.time()
        got_seat = reserve(user_id)
        return begun, time.time() - begun, got_seat

    with ThreadPoolExecutor(work["threads"]) as pool:
        list(pool.map(lambda _: _connect(), range(work["threads"])))
        time.sleep(max(0.0, work["starts_at"] - time.time()))
        print(json.dumps(list(pool.map(buy, work["buyers"]))))


def _connect() -> None:
    from django.db import connection  # noqa: PLC0415

    connection.ensure_connection()
    time.sleep(0.2)  # so that each thread of the pool gets one of these calls


def _reserve(offer_id: int) -> Reserve:
    from accounts.models import User  # noqa: PLC0415
    from billing.actions import reserving  # noqa: PLC0415
    from billing.models import Offer  # noqa: PLC0415
    from billing.refusals import SoldOut  # noqa: PLC0415

    def reserve(user_id: int) -> bool:
        offer = Offer.objects.select_related("space__host").get(pk=offer_id)
        try:
            reserving.reserve(offer, User.objects.get(pk=user_id), 1)
        except SoldOut:
            return False
        return True

    return reserve


def _reserve_at_the_floor(offer_id: int) -> Reserve:
    from django.db import connection, transaction  # noqa: PLC0415

    def reserve(user_id: int) -> bool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(UPDATE, [offer_id])
            if cursor.rowcount:
                cursor.execute(INSERT, [offer_id, user_id])
            return bool(cursor.rowcount)

    return reserve


def _report(how: str, outcomes: list[Outcome], offer_id: int, seats: int) -> None:
    from billing.models import Offer, Reservation  # noqa: PLC0415

    held = Reservation.objects.filter(offer=offer_id).count()
    taken = Offer.objects.get(pk=offer_id).taken
    sold = [each for each in outcomes if each.got_seat]
    expected = min(seats, len(outcomes))
    if not len(sold) == held == taken == expected:
        sys.exit(f"{len(sold)} buyers got a seat, {held} reservations, {taken} taken: {expected=}")
    begun = min(each.begun for each in outcomes)
    until_sold = max(each.begun + each.took for each in sold) - begun
    until_over = max(each.begun + each.took for each in outcomes) - begun
    waited = [1000 * each.took for each in outcomes]
    print(
        f"{how}: {len(sold)} of {len(outcomes)} buyers got a seat in {until_sold:.2f} s "
        f"({len(sold) / until_sold:.0f} reservations a second); "
        f"all were answered in {until_over:.2f} s ({len(outcomes) / until_over:.0f} a second); "
        f"a buyer waits {statistics.median(waited):.1f} ms (median), "
        f"p95 {statistics.quantiles(waited, n=20)[-1]:.1f} ms"
    )


if __name__ == "__main__":
    main()
