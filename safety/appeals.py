"""What a suspended person may say against it; it waits in the queue of the staff."""

from django.db import transaction

from core.refusals import Refusal
from safety.models import About, Outcome, Report, Suspension


class Appealed(Refusal):
    def __init__(self) -> None:
        super().__init__("appealed", "You have appealed already. The staff answer here.")


def appeal(suspension: Suspension, *, text: str) -> Report:
    """Once a suspension. Raises Appealed."""
    with transaction.atomic():
        # The row is taken, so that two clicks are one appeal.
        Suspension.objects.select_for_update().get(pk=suspension.pk)
        if of(suspension) is not None:
            raise Appealed
        facts = {
            "Suspended": f"{suspension.at:%Y-%m-%d %H:%M} UTC",
            "Until": f"{suspension.until:%Y-%m-%d %H:%M} UTC" if suspension.until else "for good",
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


def of(suspension: Suspension) -> Report | None:
    return Report.objects.filter(about=About.APPEAL, ref=str(suspension.pk)).first()


def words_of(answered: Report) -> str:
    """What became of an appeal, for the person who made it."""
    if answered.outcome == Outcome.OPEN:
        return "Your appeal is with the staff. Their answer stands here."
    return "The staff read your appeal. The suspension stays."
