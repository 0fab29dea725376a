from django.db import models
from django.utils.translation import gettext_lazy as _


class Run(models.Model):
    """One run of a task that sends, while it has claimed deliveries (`notifications.claims`).

    It sends them in the order of (position, id). `current` is the one that it hands over to the
    provider now; those before it were accepted. A small row that changes for each delivery costs
    the database much less than two changes of the delivery itself.
    """

    token = models.CharField(max_length=32, unique=True)
    current = models.BigIntegerField(null=True)  # null before the first one
    lease_until = models.DateTimeField()  # then the sweeper decides what became of its deliveries

    class Meta:
        verbose_name = _("run")

    def __str__(self) -> str:
        return self.token
