"""The staff log, with one entry per action of the staff on people or their content."""

from accounts.models import User
from safety.models import Report, StaffAct


def note(
    actor: User,
    *,
    act: str,
    subject: User | None = None,
    report: Report | None = None,
    what: str = "",
    reason: str = "",
) -> StaffAct:
    """Add an entry to the staff log. Entries can't be changed."""
    return StaffAct.objects.create(
        actor=actor, act=act, subject=subject, report=report, what=what[:200], reason=reason[:500]
    )
