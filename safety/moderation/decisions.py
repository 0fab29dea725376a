"""Decide on a report: apply an action and log it, close the report, in most cases together with all
others about the same thing, and notify the reporters.

The actions among which staff choose are in safety/moderation/actions.py and in the apps' modules
`moderation_actions`.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.staff_accounts import may_change_account
from accounts.tasks import send_email_on_commit
from core.refusals import Refusal
from notifications.inbox import notify
from safety import staff_log
from safety.models import About, Outcome, Report
from safety.moderation.actions import Decision, ModerationAction, NoLongerPossible


def decide(
    report: Report,
    *,
    action: ModerationAction,
    by: User,
    reason: str,
    until: datetime | None = None,
) -> None:
    """Apply the action in one transaction. A closed report may receive further actions.

    Raise the action's own Refusal, NoLongerPossible if the action is not offered any more, or a
    Refusal if only a superuser may decide about this person.
    """
    with transaction.atomic():
        # Lock the row first, so that two simultaneous decisions run one after the other.
        report = Report.objects.select_for_update().select_related(None).get(pk=report.pk)
        if not action.is_possible(report):
            raise NoLongerPossible
        if not may_change_account(by, report.subject):
            message = "Only superusers can decide about members of the staff."
            raise Refusal("about_staff", message, status=403)
        what = action.apply(Decision(report, by, reason, until))
        closed = _close(_same_thing(report, action), action.outcome, by)
        if not any(each.pk == report.pk for each in closed):
            Report.objects.filter(pk=report.pk).update(outcome=action.outcome)
        staff_log.note(
            by, act=action.code, subject=report.subject, report=report, what=what, reason=reason
        )
        for each in closed:
            _notify_reporter(each, action)


def _same_thing(report: Report, action: ModerationAction) -> Iterable[Report]:
    """Return the open reports that this action closes: all reports about the same thing, or only
    this report if the action dismisses it or decides an appeal."""
    this = Q(pk=report.pk)
    if action.outcome != Outcome.DISMISSED and report.about != About.APPEAL:
        this |= Q(about=report.about, ref=report.ref)
    return Report.objects.filter(this, outcome=Outcome.OPEN).select_related("reporter", "subject")


def _close(reports: Iterable[Report], outcome: Outcome, by: User) -> list[Report]:
    found = list(reports)
    Report.objects.filter(pk__in=[each.pk for each in found]).update(
        outcome=outcome, closed_at=timezone.now(), closed_by=by
    )
    return found


def _notify_reporter(report: Report, action: ModerationAction) -> None:
    if report.about != About.APPEAL:
        text = f"Your report about @{report.subject.handle}: {action.reporter_text}"
        notify(report.reporter, kind="report", text=text)
    elif action.outcome == Outcome.LIFTED:
        text = "The staff reviewed your appeal and lifted your suspension. Welcome back."
        notify(report.reporter, kind="appeal", text=text)
    elif action.outcome == Outcome.DISMISSED:
        send_email_on_commit("appeal_refused", report.pk)
