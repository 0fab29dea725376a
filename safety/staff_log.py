"""The staff log: an entry for everything that staff do to people and their content."""

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
    """Add an entry. Entries can't be changed."""
    return StaffAct.objects.create(
        actor=actor, act=act, subject=subject, report=report, what=what[:200], reason=reason[:500]
    )
