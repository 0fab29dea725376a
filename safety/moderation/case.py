"""Background for a decision: the histories of the reported person and of the reporter."""

from dataclasses import dataclass

from django.db.models import Count, Q

from accounts import hosting
from safety import suspension
from safety.models import Outcome, Report, StaffAct, Suspension

SHOWN = 20  # rows of each kind


@dataclass(frozen=True)
class Case:
    others: list[Report]  # about the same person, newest first
    others_count: int
    suspensions: list[Suspension]
    suspended: Suspension | None  # the current suspension
    acts: list[StaffAct]
    early_access: bool
    reported: int  # how many reports this reporter has ever made
    dismissed: int  # how many of those were dismissed


def load(report: Report) -> Case:
    subject = report.subject
    others = Report.objects.filter(subject=subject).exclude(pk=report.pk)
    by_reporter = Report.objects.filter(reporter=report.reporter).aggregate(
        all=Count("pk"), dismissed=Count("pk", filter=Q(outcome=Outcome.DISMISSED))
    )
    return Case(
        others=list(others.select_related("reporter")[:SHOWN]),
        others_count=others.count(),
        suspensions=list(subject.suspensions.select_related("by")[:SHOWN]),
        suspended=suspension.current(subject),
        acts=list(StaffAct.objects.filter(subject=subject).select_related("actor")[:SHOWN]),
        early_access=hosting.eligibility(subject).early_access,
        reported=by_reporter["all"],
        dismissed=by_reporter["dismissed"],
    )
