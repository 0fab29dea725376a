"""Notifications through real worker processes, Redis and an SMTP server: none arrives twice."""

import os
import signal
import time
from collections import Counter
from datetime import timedelta
from threading import Event

import pytest
from allauth.account.models import EmailAddress
from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from config.celery import app
from notifications import broadcasts, tasks
from notifications.models import Broadcast, Delivery
from notifications.models.delivery import FINAL, State
from tests.fixtures.task_queue import forget_connections
from tests.integration.workers import making_workers
from tests.notifications.mail_server import Mailbox, serving

DEADLINE = 240  # seconds, generous: the machine is shared


@pytest.fixture
def mailbox(both_databases, redis_server, settings):
    settings.NOTIFICATION_KINDS = [*settings.NOTIFICATION_KINDS, "tests.notifications.kinds.KINDS"]
    mailbox = Mailbox()
    with serving(mailbox) as (mailbox.host, mailbox.port):
        yield mailbox


@pytest.fixture
def workers(mailbox, redis_server, tmp_path):
    mail = {"EMAIL_URL": f"smtp://{mailbox.host}:{mailbox.port}", "EMAIL_RATE": "10000/second"}
    with making_workers(tmp_path, redis_server.url, **mail) as workers:
        yield workers


@pytest.fixture
def people(mailbox, request):
    """People with verified addresses: 100, or as many as the test says."""
    rows = [User(handle=f"p{n}", name=f"P {n}") for n in range(getattr(request, "param", 100))]
    found = User.objects.bulk_create(rows)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=f"{person.handle}@example.org", verified=True)
        for person in found
    )
    return found


def plan(subject="hello"):
    """Plan a broadcast that is due a second from now, so that a worker expands it, not the test."""
    return broadcasts.plan("mailed", subject, timezone.now() + timedelta(seconds=1))


def states():
    found = Delivery.objects.values_list("state").annotate(number=Count("pk"))
    return dict(found.order_by("state"))


def wait_for(condition, workers):
    until = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < until, (states(), workers.output()[-5000:])
        time.sleep(0.1)


def all_final(number):
    return sum(states().get(state, 0) for state in FINAL) == number


def recipients(mailbox):
    return Counter(str(received["To"]) for received in mailbox.received)


def test_killing_a_worker_sends_nothing_twice_and_leaves_one_row_uncertain(
    workers, mailbox, people
):
    victim = workers.start_worker()

    def kill_once(number):
        if number == 33:
            os.kill(victim.pid, signal.SIGKILL)

    mailbox.on_received = kill_once
    plan()
    workers.start_beat()
    wait_for(lambda: victim.poll() is not None, workers)
    workers.start_worker()
    wait_for(lambda: all_final(len(people)), workers)
    counts = states()
    assert recipients(mailbox).most_common(1)[0][1] == 1
    assert counts.keys() <= {State.SENT, State.UNCERTAIN}
    assert counts.get(State.UNCERTAIN, 0) == 1
    sent = Delivery.objects.filter(state=State.SENT).values_list("user__handle", flat=True)
    received = {address.partition("@")[0] for address in recipients(mailbox)}
    assert set(sent) <= received
    assert len(received) in (100, 99)


@pytest.mark.parametrize("people", [500], indirect=True)
def test_two_workers_share_the_work_and_one_may_be_killed(workers, mailbox, people):
    victim, _ = workers.start_worker(), workers.start_worker()

    def kill_once(number):
        if number == 250:
            os.kill(victim.pid, signal.SIGKILL)

    mailbox.on_received = kill_once
    plan()
    workers.start_beat()
    wait_for(lambda: all_final(len(people)), workers)
    counts = states()
    assert victim.poll() is not None
    assert recipients(mailbox).most_common(1)[0][1] == 1
    assert counts.keys() <= {State.SENT, State.UNCERTAIN}
    assert counts.get(State.UNCERTAIN, 0) <= 1


def test_the_same_task_ten_times_at_once_sends_once(workers, mailbox, people, redis_server):
    now = timezone.now()
    Delivery.objects.bulk_create(
        Delivery(
            kind="mailed",
            subject="hello",
            user=person,
            channel="email",
            due_at=now,
            next_try_at=now,
            late_at=now + timedelta(minutes=15),
        )
        for person in people[:50]
    )
    before = {name: app.conf[name] for name in ("task_always_eager", "broker_url")}
    app.conf.update(task_always_eager=False, broker_url=redis_server.url)
    forget_connections()
    for _ in range(10):
        tasks.deliver_single.delay("email")
    app.conf.update(before)
    forget_connections()
    for _ in range(2):
        workers.start_worker()
    workers.start_beat()  # sends the rows for which the first tasks had no time
    wait_for(lambda: all_final(50), workers)
    assert (states(), set(recipients(mailbox).values())) == ({State.SENT: 50}, {1})


def test_deliveries_that_were_due_while_no_worker_ran_are_sent_or_missed(workers, mailbox, people):
    for subject, minutes in (("just now", 1), ("long ago", 20)):
        planned = plan(subject)
        Broadcast.objects.filter(pk=planned.pk).update(
            due_at=timezone.now() - timedelta(minutes=minutes)
        )
    workers.start_worker()
    workers.start_beat()
    wait_for(lambda: all_final(200), workers)
    found = Delivery.objects.values_list("subject", "state").annotate(number=Count("pk"))
    assert set(found.order_by()) == {
        ("just now", State.SENT, 100),
        ("long ago", State.MISSED, 100),
    }
    assert set(recipients(mailbox).values()) == {1}


def test_emptying_redis_in_the_middle_loses_nothing(workers, mailbox, people, redis_server):
    reached, restarted = Event(), Event()

    def pause_in_the_middle(number):
        if number == 33:
            reached.set()
            restarted.wait(DEADLINE)

    mailbox.on_received = pause_in_the_middle
    plan()
    workers.start_worker()
    workers.start_beat()
    assert reached.wait(DEADLINE)
    # The restart is not in `pause_in_the_middle`, because the thread of that function ends, and
    # Redis would end with the thread that started it (config/parent_death.py).
    redis_server.stop()
    redis_server.start()
    restarted.set()
    wait_for(lambda: all_final(len(people)), workers)
    assert (states(), set(recipients(mailbox).values())) == ({State.SENT: 100}, {1})
