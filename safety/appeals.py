"""Appeals of suspended people. They appear in the staff's queue as reports."""

from django.db import transaction

from core.refusals import Refusal
from safety.models import About, Outcome, Report, Suspension


class Appealed(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "appealed", "You have already appealed. The staff’s answer will appear here."
        )


def appeal(suspension: Suspension, *, text: str) -> Report:
    """Appeal against a suspension. Raise Appealed if the person has already appealed against it."""
    with transaction.atomic():
        # Lock the row, so that two clicks create only one appeal.
        Suspension.objects.select_for_update().get(pk=suspension.pk)
        if find(suspension) is not None:
            raise Appealed
        facts = {
            "Suspended": f"{suspension.at:%Y-%m-%d %H:%M} UTC",
            "Until": f"{suspension.until:%Y-%m-%d %H:%M} UTC" if suspension.until else "permanent",
            "By": f"@{suspension.by.handle}",
            "Reason": suspension.reason,
        }
        return Report.objects.create(
            reporter=suspension.user,
            subject=suspension.user,
            about=About.APPEAL,
            ref=str(suspension.pk),
            text=text,
            evidence={"facts": facts},
        )


def find(suspension: Suspension) -> Report | None:
    return Report.objects.filter(about=About.APPEAL, ref=str(suspension.pk)).first()


def status_text(appealed: Report) -> str:
    """Return a sentence about the state of an appeal, for the person who appealed."""
    if appealed.outcome == Outcome.OPEN:
        return "The staff received your appeal. Their answer will appear here."
    return "The staff reviewed your appeal. The suspension stays in place."
