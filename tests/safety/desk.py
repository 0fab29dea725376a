"""What the staff do at their desk, in the admin."""

from django.contrib.auth.models import Permission

from notifications import inbox
from safety import reporting
from safety.models import Report

QUEUE = "/admin/safety/report/"


def reported(by, **asked):
    found = reporting.find(by, asked)
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


def words_to(user):
    told, _ = inbox.page(user)
    return [each.text for each in told]


def outcome(report):
    return Report.objects.get(pk=report.pk).outcome


def permit(user, *rights):
    user.user_permissions.add(*Permission.objects.filter(codename__in=rights))
    return user
