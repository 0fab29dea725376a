from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from spaces.models import Space


class Account(models.TextChoices):
    """Where the money of a Space is."""

    BUYERS = "buyers", "Buyers"  # outside: what they have paid is a negative balance
    HELD = "held", "Held until the Space has run"
    HOST = "host", "Transferred to the host"
    PLATFORM = "platform", "The platform's share"


class Kind(models.TextChoices):
    SALE = "sale", "Sale"
    REFUND = "refund", "Refund"
    REFUND_FAILED = "refund_failed", "Failed refund"
    DISPUTE = "dispute", "Dispute"
    DISPUTE_WON = "dispute_won", "Dispute won"
    FEE = "fee", "Platform fee"
    FEE_RETURNED = "fee_returned", "Platform fee returned"
    TRANSFER = "transfer", "Transfer"
    REVERSAL = "reversal", "Transfer reversal"


class Posting(models.Model):
    """An amount that moved from one account to another.

    One row is both sides of the entry, so the ledger of a Space always sums to zero: see
    docs/decisions/0024. Rows are never changed or deleted.
    """

    Account = Account
    Kind = Kind

    space = models.ForeignKey(Space, models.PROTECT, related_name="postings")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    reference = models.CharField(max_length=100)  # what caused it, e.g. "ticket:12"
    source = models.CharField(max_length=10, choices=Account.choices)
    target = models.CharField(max_length=10, choices=Account.choices)
    amount = models.PositiveIntegerField()  # minor units
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference"], name="post_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="posting_moves_something"),
            models.CheckConstraint(
                condition=~Q(source=F("target")), name="posting_between_two_accounts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
