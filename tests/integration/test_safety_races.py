"""Simultaneous reports, decisions and suspensions, on both databases."""

from typing import Any

from accounts.models import User
from core.refusals import Refusal
from notifications.models import Notification
from safety import reporting, suspension
from safety.models import Report, StaffAct, Suspension
from safety.moderation.actions import DISMISS
from safety.moderation.decisions import decide
from tests.concurrency import run_concurrently
from tests.factories import make_user


def report(by: User, about: User) -> Report:
    return reporting.report(
        reporter=by, subject=about, about="person", ref=about.key, reason="spam"
    )


def test_simultaneous_reports_by_one_person_become_one(both_databases: Any) -> None:
    ana, ben = make_user("ana"), make_user("ben")
    made = run_concurrently(6, lambda n: report(ben, ana))
    assert [each for each in made if not isinstance(each, Report)] == []
    assert (Report.objects.count(), Notification.objects.count()) == (1, 1)


def test_one_of_two_simultaneous_decisions_is_refused(both_databases: Any) -> None:
    staff = [make_user(f"staff_{n}", is_staff=True) for n in range(2)]
    waiting = report(make_user("ben"), make_user("ana"))
    outcomes = run_concurrently(
        2, lambda n: decide(waiting, action=DISMISS, by=staff[n], reason="No rule is broken")
    )
    assert sum(isinstance(each, Refusal) for each in outcomes) == 1
    assert StaffAct.objects.count() == 1


def test_simultaneous_suspensions_become_one(both_databases: Any) -> None:
    staff, ana = make_user("stella", is_staff=True), make_user("ana")
    run_concurrently(
        4, lambda n: suspension.suspend(ana, until=None, reason=f"Reason {n}", by=staff)
    )
    assert Suspension.objects.current().count() == 1
    assert suspension.is_suspended(ana) is True
