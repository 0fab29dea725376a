from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from safety.models.report import Report


class AppendOnlyError(Exception):
    """Raised on an attempt to change or delete an entry of the staff log."""


class StaffActQuerySet(models.QuerySet["StaffAct"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError

    def delete(self) -> NoReturn:
        raise AppendOnlyError

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list["StaffAct"]:
        if kwargs.get("update_conflicts") or any(each.pk for each in objs):
            raise AppendOnlyError
        return super().bulk_create(objs, *args, **kwargs)


class StaffAct(models.Model):
    """An entry of the staff log: who did what to whom, when and why.

    Entries can be added, but not changed or deleted.
    """

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="staff_acts")
    act = models.CharField(_("act"), max_length=30)
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    report = models.ForeignKey(Report, models.PROTECT, null=True, blank=True, related_name="acts")
    what = models.CharField(_("what"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = StaffActQuerySet.as_manager()

    class Meta:
        db_table = "accounts_staffact"  # from when the model belonged to accounts
        verbose_name = _("staff log entry")
        verbose_name_plural = _("staff log")
        ordering = ["-id"]
        base_manager_name = "objects"  # so that Django itself can't change entries either

    def __str__(self) -> str:
        return f"{self.actor} {self.act}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnlyError
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError
