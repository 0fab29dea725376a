from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from billing.currencies import CURRENCIES
from spaces.models import Space

MAX_QUANTITY = 10_000


class Offer(models.Model):
    """The tickets of a Space: their price, and how many there are. Amounts are in minor units."""

    space = models.OneToOneField(Space, models.PROTECT, related_name="offer")
    # The host who published it and gets the money, whoever hosts the Space later.
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="offers")
    currency = models.CharField(max_length=3, choices=[(code, code) for code in CURRENCIES])
    price = models.PositiveIntegerField()
    quantity = models.PositiveIntegerField()
    # The seats that are held or sold. Only conditional updates change it (`billing.seats`).
    taken = models.PositiveIntegerField(default=0)
    # A lower price until a time, for the first tickets, or until the first of both limits.
    early_price = models.PositiveIntegerField(null=True, blank=True)
    early_until = models.DateTimeField(null=True, blank=True)
    early_quantity = models.PositiveIntegerField(null=True, blank=True)
    sales_end = models.DateTimeField(null=True, blank=True)  # null: when the Space ends
    allows_preview = models.BooleanField(default=False)  # of the sound, without a ticket
    # The platform's share in hundredths of a percent, as it was shown when the offer was published.
    fee_rate = models.PositiveIntegerField()
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MAX_QUANTITY),
                name="offer_quantity_is_in_range",
            ),
            models.CheckConstraint(
                condition=Q(taken__lte=F("quantity")), name="offer_is_not_oversold"
            ),
            models.CheckConstraint(
                condition=Q(early_price__isnull=True) | Q(early_price__lt=F("price")),
                name="early_price_is_lower",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} tickets for {self.price} {self.currency}"

    @property
    def left(self) -> int:
        return self.quantity - self.taken

    def is_open_at(self, now: datetime) -> bool:
        """Return whether the Space is scheduled or live, and the sale has not ended."""
        is_ahead = self.space.is_scheduled or self.space.is_live
        return is_ahead and (self.sales_end is None or now < self.sales_end)

    @property
    def prices(self) -> dict[str, int]:
        """The prices that a ticket has or may have, by the name of their field."""
        found = {"price": self.price, "early_price": self.early_price}
        return {field: price for field, price in found.items() if price is not None}

    def price_at(self, now: datetime, taken: int | None = None) -> int:
        """Return the price of the next ticket at this time, if `taken` seats are taken (by default,
        as many as are taken in this row)."""
        if self.early_price is None:
            return self.price
        before = self.taken if taken is None else taken
        is_early = self.early_until is None or now < self.early_until
        is_among_first = self.early_quantity is None or before < self.early_quantity
        return self.early_price if is_early and is_among_first else self.price
