"""Export and erase a person's notifications (see `accounts.personal_data`)."""

from collections.abc import Iterator

from accounts.models import User
from accounts.personal_data import Part, Table, rows_of
from core.batches import delete_in_batches
from notifications.models import Notification


def export(user: User) -> Iterator[Part]:
    fields = ("kind", "text", "url", "at", "read_at")
    yield Table("notifications", rows_of(Notification, user, *fields))


def erase(user: User) -> None:
    delete_in_batches(Notification.objects.filter(user=user))
    # Other people's notifications about this person contain this person's name.
    delete_in_batches(Notification.objects.filter(actor=user))
