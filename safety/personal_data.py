"""What a person reported, and their suspensions (see `accounts.personal_data`). Both stay."""

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
    """Nothing: the staff's decisions stand on the reports, and their log names its lines."""
