from django.conf import settings
from django.db import models
from django.utils import timezone


class Refusal(models.TextChoices):
    """Why Stripe doesn't pay a host, whatever they enter."""

    REJECTED = "rejected", "Rejected by Stripe"
    UNSUPPORTED = "unsupported", "Not supported by Stripe"  # e.g. the kind of business
    RESTRICTED = "restricted", "Restricted: the host must contact Stripe"


class HostAccountQuerySet(models.QuerySet["HostAccount"]):
    def able_to_sell(self) -> "HostAccountQuerySet":
        return self.filter(transfers_enabled=True, payouts_enabled=True)


class HostAccount(models.Model):
    """A host's account at Stripe, which receives the money (Connect, Accounts v2).

    The row is a copy, and exists only once Stripe has opened the account. Webhooks update it,
    and so do the host's visits to the page of payouts.
    """

    Refusal = Refusal

    host = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="host_account"
    )
    country = models.CharField(max_length=2)  # ISO 3166, in lower case
    stripe_id = models.CharField(max_length=64, unique=True)
    transfers_enabled = models.BooleanField(default=False)
    payouts_enabled = models.BooleanField(default=False)
    missing = models.JSONField(default=list, blank=True)  # Stripe's names of what it still needs
    refusal = models.CharField(max_length=11, choices=Refusal.choices, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = HostAccountQuerySet.as_manager()

    def __str__(self) -> str:
        return self.stripe_id

    @property
    def may_sell(self) -> bool:
        return self.transfers_enabled and self.payouts_enabled
