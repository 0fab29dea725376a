"""Export a person's reports and suspensions; neither is erased (see `accounts.personal_data`)."""

from collections.abc import Iterator

from accounts.models import User
from accounts.personal_data import Part, Table, rows_of
from safety.models import Report, Suspension


def export(user: User) -> Iterator[Part]:
    reports = Report.objects.filter(reporter=user).order_by("pk")
    yield Table(
        "reports",
        reports.values("about", "reason", "text", "at", "outcome", "closed_at").iterator(),
    )
    yield Table("suspensions", rows_of(Suspension, user, "at", "until", "reason", "lifted_at"))


def erase(user: User) -> None:
    """Erase nothing, because the staff's decisions and their log refer to these rows."""
