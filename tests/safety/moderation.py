"""Helpers for tests of reports: people file them, and staff decide about them in the admin."""

from django.contrib.auth.models import Permission

from notifications import inbox
from safety import reporting
from safety.models import Report

QUEUE = "/admin/safety/report/"


def file_report(by, **query):
    found = reporting.find(by, query)
    assert found is not None
    return reporting.report(
        reporter=by,
        subject=found.subject,
        about=found.about,
        ref=found.ref,
        reason="abuse",
        text="Rude to everyone",
        evidence=found.evidence,
    )


def open_case(person, *, by):
    return reporting.open_case(reporting.find_person(by, person.handle), by=by)


def decide(client, report, action, **data):
    page = f"{QUEUE}{report.pk}/change/"
    return client.post(page, {"action": action, "reason": "Against the rules", **data})


def notification_texts(user):
    notifications, _ = inbox.page(user)
    return [notification.text for notification in notifications]


def outcome_of(report):
    return Report.objects.get(pk=report.pk).outcome


def grant_permissions(user, *rights):
    user.user_permissions.add(*Permission.objects.filter(codename__in=rights))
    return user
