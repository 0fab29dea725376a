"""Write changes that staff make in the admin's forms to the staff log."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.models import User
from accounts.viewer import signed_in
from safety import staff_log


class Logged:
    """A mixin that also writes Django's log entries to the staff log; put it before ModelAdmin.

    Django has no page that lists all its entries.
    """

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        entry = super().log_addition(request, obj, message)  # type: ignore[misc]
        return self._copy_to_staff_log(request, obj, entry)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        entry = super().log_change(request, obj, message)  # type: ignore[misc]
        return self._copy_to_staff_log(request, obj, entry)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for each in queryset:
            self._note(request, each, f"delete_{each._meta.model_name}", str(each))
        return super().log_deletions(request, queryset)  # type: ignore[misc]

    def _copy_to_staff_log(self, request: HttpRequest, obj: Model, entry: LogEntry) -> LogEntry:
        act = "add" if entry.is_addition() else "change"
        what = f"{obj}: {entry.get_change_message()}"
        self._note(request, obj, f"{act}_{obj._meta.model_name}", what)
        return entry

    def _note(self, request: HttpRequest, obj: Model, act: str, what: str) -> None:
        subject = obj if isinstance(obj, User) else getattr(obj, "user", None)
        staff_log.note(signed_in(request), act=act, subject=subject, what=what)
