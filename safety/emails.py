"""E-mails about decisions of the staff, since suspended people might not visit the site again."""

from django.urls import reverse

from accounts.emails import Email
from safety.models import About, Outcome, Report, Suspension


def suspended(pk: int) -> Email | None:
    found = Suspension.objects.current().filter(pk=pk).select_related("user").first()
    return Email(found.user, {"suspension": found}, reverse("safety:suspended")) if found else None


def lifted(pk: int) -> Email | None:
    lifted = Suspension.objects.filter(pk=pk, lifted_at__isnull=False)
    found = lifted.select_related("user").first()
    return Email(found.user, {}, "/") if found else None


def appeal_refused(pk: int) -> Email | None:
    appeals = Report.objects.filter(about=About.APPEAL, outcome=Outcome.DISMISSED)
    found = appeals.filter(pk=pk).select_related("subject").first()
    suspension = Suspension.objects.current().filter(pk=found.ref).first() if found else None
    if found is None or suspension is None:
        return None
    return Email(found.subject, {"suspension": suspension}, reverse("safety:suspended"))
