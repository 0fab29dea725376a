"""Deliveries are sent at most once, and each ends in a final state."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts import blocking
from notifications import sending, sweeping
from notifications.channels.errors import Permanent, Retry, Uncertain
from notifications.claims import LOST, SMALLEST_CHUNK, Claims
from notifications.models import Broadcast, Delivery, Run
from notifications.models.delivery import FINAL, State
from tests.concurrency import run_concurrently
from tests.factories import make_user

MINUTE = timedelta(minutes=1)


def make_delivery(user, kind="pushed", *, subject="x", ago=0, **fields):
    """Create a push that became due some minutes ago."""
    due_at = timezone.now() - ago * MINUTE
    times = {"due_at": due_at, "next_try_at": due_at, "late_at": due_at + 15 * MINUTE}
    fields = {"text": "Hello", **times, **fields}
    return Delivery.objects.create(user=user, kind=kind, subject=subject, channel="push", **fields)


def outcome(row):
    row.refresh_from_db()
    return row.state, row.reason


@pytest.fixture
def many(both_databases, push):
    return [make_delivery(make_user(), subject=str(number)) for number in range(250)]


def test_everything_that_is_due_is_sent(many, push):
    assert sending.send_due("push", seconds=60) is False
    assert sorted(push.accepted) == sorted((row.user_id, "Hello") for row in many)
    rows = Delivery.objects.all()
    assert {(row.state, row.finished_at is None) for row in rows} == {(State.SENT, False)}
    assert Run.objects.count() == 0


def test_ten_concurrent_runs_send_each_delivery_once(many, push):
    outcomes = run_concurrently(10, lambda number: sending.send_due("push", seconds=60))
    assert outcomes == [False] * 10
    assert sorted(push.accepted) == sorted((row.user_id, "Hello") for row in many)


def test_a_run_whose_time_is_over_leaves_the_rest_to_the_next_run(many, push):
    assert sending.send_due("push", seconds=-1) is True
    assert push.accepted == []
    assert sending.send_due("push", seconds=60) is False
    assert len(push.accepted) == len(many)


def test_a_run_claims_few_more_rows_than_it_has_time_for(db, push, monkeypatch):
    rows = [make_delivery(make_user(), subject=str(number)) for number in range(250)]
    clock = SimpleNamespace(seconds=0.0, monotonic=lambda: clock.seconds)
    monkeypatch.setattr(sending, "time", clock)

    def take_a_while(delivery):
        clock.seconds += 0.005

    with push.answering(*[take_a_while] * len(rows)):
        assert sending.send_due("push", seconds=1) is True
    put_back = Delivery.objects.filter(state=State.DUE, next_try_at__gt=F("due_at"))
    assert (len(push.accepted) in (200, 201), put_back.count() < SMALLEST_CHUNK) == (True, True)


def test_a_delivery_that_is_not_due_is_not_sent(both_databases, push, ana):
    row = make_delivery(ana, ago=-5)
    sending.send_due("push")
    assert outcome(row) == (State.DUE, "")


def expire_leases():
    Run.objects.update(lease_until=timezone.now() - MINUTE)


def test_rows_of_a_worker_that_died_before_sending_are_sent_after_its_lease_expires(
    both_databases, push, ana
):
    row = make_delivery(ana)
    assert Claims("push").claim() == [row]
    sending.send_due("push")
    assert (push.accepted, sweeping.sweep()) == ([], {"uncertain": 0, "missed": 0})
    expire_leases()
    assert sweeping.sweep() == {"uncertain": 0, "missed": 0}
    sending.send_due("push")
    assert (push.accepted, Run.objects.count()) == ([(ana.pk, "Hello")], 0)


def test_a_worker_that_died_while_sending_leaves_one_uncertain_row(both_databases, push):
    rows = [make_delivery(make_user()) for _ in range(5)]
    claims = Claims("push")
    claimed = claims.claim()
    for row in claimed[:3]:
        claims.begin(row)
    expire_leases()
    assert sweeping.sweep() == {"uncertain": 1, "missed": 0}
    states = [outcome(row) for row in rows]
    assert states[:2] == [(State.SENT, "")] * 2
    assert states[2:] == [(State.UNCERTAIN, LOST), (State.DUE, ""), (State.DUE, "")]
    sending.send_due("push")
    assert [pk for pk, _ in push.accepted] == [row.user_id for row in rows[3:]]


@pytest.mark.parametrize("_database", ["postgresql"], indirect=True)
def test_postgresql_prepares_the_statement_that_runs_for_each_delivery(both_databases, push, ana):
    make_delivery(ana)
    sending.send_due("push")
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        assert "UPDATE notifications_run SET current" in str(cursor.fetchall())


def test_positions_decide_which_rows_come_before_the_current_one(both_databases, push):
    late, early = (make_delivery(make_user(), position=place) for place in (2, 1))
    claims = Claims("push")
    assert claims.claim() == [early, late]
    claims.begin(early)
    expire_leases()
    sweeping.sweep()
    assert (outcome(early)[0], outcome(late)[0]) == (State.UNCERTAIN, State.DUE)


def test_a_new_chunk_has_no_current_row(both_databases, push):
    first = make_delivery(make_user(), position=5)
    claims = Claims("push")
    claims.begin(*claims.claim())
    claims.mark_sent([first])
    second = make_delivery(make_user(), position=1)
    assert claims.claim() == [second]
    expire_leases()
    sweeping.sweep()
    assert (outcome(first)[0], outcome(second)[0]) == (State.SENT, State.DUE)


def test_a_worker_that_was_only_slow_still_marks_its_row_as_sent(both_databases, push, ana, ben):
    row, other = make_delivery(ana), make_delivery(ben)

    def answer_slowly(delivery):
        expire_leases()
        assert sweeping.sweep()["uncertain"] == 1

    with push.answering(answer_slowly):
        assert sending.send_due("push") is True
    assert (outcome(row), outcome(other)) == ((State.SENT, ""), (State.DUE, ""))
    assert [pk for pk, _ in push.accepted] == [ana.pk]


def test_a_run_that_lost_its_claim_sends_no_further_delivery(both_databases, push, ana, ben):
    first, second = make_delivery(ana), make_delivery(ben)

    def let_another_run_send(delivery):
        expire_leases()
        sweeping.sweep()
        sending.send_due("push")

    with push.answering(let_another_run_send):
        sending.send_due("push")
    assert (outcome(first)[0], outcome(second)[0]) == (State.SENT, State.SENT)
    assert [pk for pk, _ in push.accepted] == [ben.pk, ana.pk]


def test_the_sweeper_decides_about_the_rows_of_an_interrupted_run(both_databases, push, ana, ben):
    for person in (ana, ben):
        make_delivery(person)

    def fail(delivery):
        raise KeyboardInterrupt  # has the same effect as killing the worker

    with push.answering(fail), pytest.raises(KeyboardInterrupt):
        sending.send_due("push")
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.SENDING}
    expire_leases()
    assert sweeping.sweep() == {"uncertain": 1, "missed": 0}


def test_a_claimed_row_without_its_run_is_uncertain(both_databases, push, ana):
    row = make_delivery(ana, state=State.SENDING, claimed_by="gone")
    assert sweeping.sweep() == {"uncertain": 1, "missed": 0}
    assert outcome(row) == (State.UNCERTAIN, "its run is gone")


def test_a_delivery_that_is_too_late_is_missed(both_databases, push, ana, ben):
    claimed, found = make_delivery(ana, ago=14), make_delivery(ben, ago=16)
    assert sweeping.sweep() == {"uncertain": 0, "missed": 1}
    Delivery.objects.filter(pk=claimed.pk).update(late_at=timezone.now())
    sending.send_due("push")
    assert (outcome(claimed), outcome(found)) == ((State.MISSED, "late"), (State.MISSED, "late"))
    assert push.accepted == []


def test_a_temporary_error_is_retried_later_with_growing_waits(db, push, ana):
    row = make_delivery(ana)
    waits = []
    for _ in range(3):
        with push.answering(Retry("busy")):
            sending.send_due("push")
        row.refresh_from_db()
        assert (row.state, row.reason, row.claimed_by) == (State.DUE, "busy", "")
        waits.append((row.next_try_at - timezone.now()).total_seconds())
        Delivery.objects.update(next_try_at=timezone.now())
    assert [11 < waits[0] < 19, 22 < waits[1] < 38, 44 < waits[2] < 76] == [True] * 3
    sending.send_due("push")
    assert (outcome(row), row.attempts) == ((State.SENT, ""), 3)


def test_retries_end_when_a_delivery_is_too_late_and_the_row_keeps_the_reason(db, push, ana):
    row = make_delivery(ana)
    with push.answering(Retry("busy")):
        sending.send_due("push")
    Delivery.objects.update(late_at=timezone.now())
    sweeping.sweep()
    assert outcome(row) == (State.MISSED, "busy")


def test_a_retry_waits_as_long_as_the_provider_asks(db, push, ana):
    row = make_delivery(ana)
    with push.answering(Retry("busy", after=200)):
        sending.send_due("push")
    row.refresh_from_db()
    assert 195 < (row.next_try_at - timezone.now()).total_seconds() <= 200


def test_a_permanent_error_skips_only_that_delivery(db, push, ana, ben):
    first, second = make_delivery(ana), make_delivery(ben)
    with push.answering(Permanent("no such device")):
        sending.send_due("push")
    assert outcome(first) == (State.SKIPPED, "no such device")
    assert outcome(second) == (State.SENT, "")


@pytest.mark.parametrize(
    ("error", "reason"), [(Uncertain("no answer"), "no answer"), (ValueError("x"), "ValueError")]
)
def test_a_delivery_with_an_unknown_outcome_is_not_sent_again(db, push, ana, error, reason):
    row = make_delivery(ana)
    with push.answering(error):
        sending.send_due("push")
    sending.send_due("push")
    assert (outcome(row), push.accepted) == ((State.UNCERTAIN, reason), [])


def test_a_channel_pauses_while_the_provider_cannot_be_reached(db, push, ana, ben):
    first, second = make_delivery(ana), make_delivery(ben)
    with push.answering(Retry("unreachable", pause=True)):
        assert sending.send_due("push") is False
    assert (sending.is_paused("push"), push.accepted) == (True, [])
    for row, attempts in ((first, 1), (second, 0)):
        row.refresh_from_db()
        assert (row.state, row.attempts, row.claimed_by) == (State.DUE, attempts, "")
        assert row.next_try_at > timezone.now()


def test_a_notification_that_is_no_longer_true_is_skipped(db, push, ana):
    row = make_delivery(ana, "gone")
    sending.send_due("push")
    assert outcome(row) == (State.SKIPPED, "no longer true")


def test_a_bug_in_one_kind_does_not_stop_others(db, push, ana):
    broken, fine = make_delivery(ana, "broken"), make_delivery(ana)
    sending.send_due("push")
    assert outcome(broken) == (State.DUE, "not composed: ZeroDivisionError")
    assert outcome(fine) == (State.SENT, "")


def test_a_closed_account_gets_nothing(db, push):
    row = make_delivery(make_user(is_active=False))
    sending.send_due("push")
    assert outcome(row) == (State.SKIPPED, "their account is closed")


def test_a_suspended_person_gets_only_what_the_kind_allows(db, push):
    mona = make_user(suspended_until=timezone.now() + MINUTE)
    usual, allowed = make_delivery(mona), make_delivery(mona, "to_suspended")
    sending.send_due("push")
    assert outcome(usual) == (State.SKIPPED, "they are suspended")
    assert outcome(allowed) == (State.SENT, "")


@pytest.mark.parametrize("blocker", ["ana", "ben"])
@pytest.mark.parametrize("kind", ["pushed", "by_host"])
def test_a_delivery_is_skipped_if_one_person_has_blocked_the_other_meanwhile(
    db, push, ana, ben, blocker, kind
):
    row = make_delivery(ana, kind, subject="ben", actor=ben)
    pair = {"ana": ana, "ben": ben}
    blocking.block(blocker=pair.pop(blocker), blocked=next(iter(pair.values())))
    sending.send_due("push")
    assert outcome(row) == (State.SKIPPED, "blocked")


def test_a_delivery_is_skipped_if_its_actor_was_suspended_meanwhile(db, push, ana, ben):
    row = make_delivery(ana, actor=ben)
    ben.suspended_until = timezone.now() + MINUTE
    ben.save()
    sending.send_due("push")
    assert outcome(row)[0] == State.SKIPPED


def test_a_cancelled_broadcast_is_skipped(db, push, ana):
    Broadcast.objects.create(
        kind="news",
        subject="x",
        state=Broadcast.State.CANCELLED,
        due_at=timezone.now(),
        next_at=timezone.now(),
    )
    row, other = make_delivery(ana, "news", position=1), make_delivery(ana, "pushed", position=2)
    sending.send_due("push")
    assert (outcome(row), outcome(other)[0]) == ((State.SKIPPED, "cancelled"), State.SENT)


def test_single_notifications_go_before_broadcasts_and_broadcasts_take_turns(db, push, ana):
    for position in (1, 2, 3):
        make_delivery(ana, subject="long", position=position, ago=5, text=f"long {position}")
        ana = make_user()
    make_delivery(ana, subject="short", position=1, text="short 1")
    make_delivery(ana, subject="single", text="single")
    sending.send_due("push")
    texts = [text for _, text in push.accepted]
    assert texts == ["single", "long 1", "short 1", "long 2", "long 3"]


def test_a_run_for_single_notifications_does_not_send_broadcasts(db, push, ana, ben):
    single, many = make_delivery(ana), make_delivery(ben, position=1)
    sending.send_due("push", single_only=True)
    assert (outcome(single)[0], outcome(many)[0]) == (State.SENT, State.DUE)


def test_the_rate_limit_of_a_provider_is_respected(redis_server, both_databases, push, settings):
    settings.NOTIFICATION_RATES = {"push": "3/minute"}
    for number in range(5):
        make_delivery(make_user(), subject=str(number))
    assert sending.send_due("push") is True
    assert len(push.accepted) == 3
    assert Delivery.objects.filter(state=State.DUE, claimed_by="").count() == 2


def test_page_notifications_are_created_in_the_transaction_that_marks_them(both_databases, ana):
    row = make_delivery(ana, "report")
    Delivery.objects.update(channel="page")
    run_concurrently(3, lambda number: sending.send_due("page"))
    assert (outcome(row)[0], ana.notifications.count()) == (State.SENT, 1)


def test_the_database_refuses_the_same_delivery_twice(both_databases, push, ana):
    make_delivery(ana)
    with pytest.raises(Exception, match=r"(?i)unique"):
        make_delivery(ana)


def test_a_final_delivery_must_have_an_end_time(both_databases, push, ana):
    row = make_delivery(ana)
    for state in FINAL:
        with pytest.raises(Exception, match="final_delivery_has_finished"):
            Delivery.objects.filter(pk=row.pk).update(state=state)
