from django.db import models
from django.utils.translation import gettext_lazy as _


class Run(models.Model):
    """One run of a task that sends, while it has claimed deliveries (`notifications.claims`).

    It sends them in the order of (position, id). `current` is the delivery that it is handing over
    to the provider; those before it were accepted, closed or put off. Changing this small row for
    each delivery costs the database much less than changing the delivery itself twice.
    """

    token = models.CharField(max_length=32, unique=True)
    current = models.BigIntegerField(null=True)  # null before the first one
    lease_until = (
        models.DateTimeField()
    )  # after this time, the sweeper decides about its deliveries

    class Meta:
        verbose_name = _("run")

    def __str__(self) -> str:
        return self.token
