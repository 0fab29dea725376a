"""Mails about what the staff decided: whoever is shut out can't come and read it here."""

from django.urls import reverse

from accounts.letters import Letter
from safety.models import About, Outcome, Report, Suspension


def suspended(pk: int) -> Letter | None:
    found = Suspension.objects.current().filter(pk=pk).select_related("user").first()
    return Letter(found.user, {"suspension": found}, reverse("safety:suspended")) if found else None


def lifted(pk: int) -> Letter | None:
    lifted = Suspension.objects.filter(pk=pk, lifted_at__isnull=False)
    found = lifted.select_related("user").first()
    return Letter(found.user, {}, "/") if found else None


def appeal_refused(pk: int) -> Letter | None:
    appeals = Report.objects.filter(about=About.APPEAL, outcome=Outcome.DISMISSED)
    found = appeals.filter(pk=pk).select_related("subject").first()
    suspension = Suspension.objects.current().filter(pk=found.ref).first() if found else None
    if found is None or suspension is None:
        return None
    return Letter(found.subject, {"suspension": suspension}, reverse("safety:suspended"))
