from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from billing.currencies import CURRENCIES
from billing.models.offer import Offer

MIN_LENGTH, MAX_LENGTH = 3, 20
PATTERN = rf"[A-Z0-9-]{{{MIN_LENGTH},{MAX_LENGTH}}}"


class DiscountCode(models.Model):
    """A word that lowers the price of each ticket of a purchase. A purchase counts as one use.

    The code takes off either a percentage or an amount in minor units.
    """

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="discount_codes")
    code = models.CharField(max_length=MAX_LENGTH)  # in capitals
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    amount = models.PositiveIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)  # of the amount
    max_uses = models.PositiveIntegerField(null=True, blank=True)
    # Purchases that are open or paid. Only conditional updates change it (`billing.discounts`).
    uses = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)
    switched_off_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "code"], name="discount_code_once_per_offer"),
            models.CheckConstraint(
                condition=Q(percent__isnull=False, amount__isnull=True)
                | Q(percent__isnull=True, amount__isnull=False),
                name="discount_is_percent_or_amount",
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__gte=1, percent__lte=100),
                name="discount_percent_is_in_range",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0),
                name="discount_amount_is_positive",
            ),
            models.CheckConstraint(
                condition=Q(max_uses__isnull=True) | Q(max_uses__gte=1, uses__lte=F("max_uses")),
                name="discount_code_is_not_overused",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def off(self) -> str:
        """What the code takes off, in words."""
        if self.percent is not None:
            return f"{self.percent}% off"
        return f"{CURRENCIES[self.currency].format(self.amount or 0)} off"

    @property
    def is_used_up(self) -> bool:
        return self.max_uses is not None and self.uses >= self.max_uses

    def is_expired_at(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def price_of(self, price: int, currency: str) -> int:
        """Return the price of a ticket with this code. A fraction of the currency's smallest step
        is rounded up, so a percentage below 100 never makes a ticket free."""
        if self.percent is None:
            return max(0, price - (self.amount or 0))
        step = CURRENCIES[currency].step
        return -(-price * (100 - self.percent) // (100 * step)) * step
