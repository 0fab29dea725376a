"""Deciding on a report: act, write it down, close it and its twins, tell who reported."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.staff_accounts import may_reach
from accounts.tasks import send_letter_on_commit
from core.refusals import Refusal
from notifications.inbox import notify
from safety import staff_log
from safety.models import About, Outcome, Report
from safety.remedies import Decision, DoesNotFit, Remedy


def decide(
    report: Report, *, remedy: Remedy, by: User, reason: str, until: datetime | None = None
) -> None:
    """All of it or nothing. A further remedy may follow on a report that is closed.

    Raises what the remedy refuses, and a Refusal where staff would decide about staff.
    """
    with transaction.atomic():
        # Its row first, so that two who decide at once decide one after the other.
        report = Report.objects.select_for_update().select_related(None).get(pk=report.pk)
        if not remedy.fits(report):
            raise DoesNotFit
        if not may_reach(by, report.subject):
            words = "Only superusers decide about members of the staff."
            raise Refusal("about_staff", words, status=403)
        what = remedy.apply(Decision(report, by, reason, until))
        closed = _close(_same_thing(report, remedy), remedy.outcome, by)
        if not any(each.pk == report.pk for each in closed):
            Report.objects.filter(pk=report.pk).update(outcome=remedy.outcome)
        staff_log.note(
            by, act=remedy.code, subject=report.subject, report=report, what=what, reason=reason
        )
        for each in closed:
            _tell(each, remedy)


def _same_thing(report: Report, remedy: Remedy) -> Iterable[Report]:
    """What was done answers all who reported the same; what was dismissed answers this one."""
    this = Q(pk=report.pk)
    if remedy.outcome != Outcome.DISMISSED and report.about != About.APPEAL:
        this |= Q(about=report.about, ref=report.ref)
    return Report.objects.filter(this, outcome=Outcome.OPEN).select_related("reporter", "subject")


def _close(reports: Iterable[Report], outcome: Outcome, by: User) -> list[Report]:
    found = list(reports)
    Report.objects.filter(pk__in=[each.pk for each in found]).update(
        outcome=outcome, closed_at=timezone.now(), closed_by=by
    )
    return found


def _tell(report: Report, remedy: Remedy) -> None:
    if report.about != About.APPEAL:
        text = f"Your report about @{report.subject.handle}: {remedy.told}"
        notify(report.reporter, kind="report", text=text)
    elif remedy.outcome == Outcome.LIFTED:
        words = "The staff read your appeal and lifted your suspension. Welcome back."
        notify(report.reporter, kind="appeal", text=words)
    elif remedy.outcome == Outcome.DISMISSED:
        send_letter_on_commit("appeal_refused", report.pk)
