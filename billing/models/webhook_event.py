from django.db import models
from django.utils import timezone


class WebhookEvent(models.Model):
    """An event of Stripe that was handled. It is stored in the transaction of its effect, so an
    event that arrives twice has one effect."""

    id = models.CharField(primary_key=True, max_length=100)
    type = models.CharField(max_length=100)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"
