"""The log of the staff: one line for everything that they do to people and their things."""

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
    """Add a line; there is no way to change one."""
    return StaffAct.objects.create(
        actor=actor, act=act, subject=subject, report=report, what=what[:200], reason=reason[:500]
    )
