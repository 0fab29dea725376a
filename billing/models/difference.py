from django.db import models
from django.utils import timezone


class Kind(models.TextChoices):
    UNFULFILLED = "unfulfilled", "Paid at Stripe, but not here"
    HELD_TOO_LONG = "held_too_long", "Held here, but over at Stripe"
    UNKNOWN_SESSION = "unknown_session", "Held here, but Stripe doesn't know its session"
    UNKNOWN_PAYMENT = "unknown_payment", "A payment at Stripe that belongs to no reservation"
    WRONG_AMOUNT = "wrong_amount", "A payment with another amount than its reservation"
    REFUND = "refund", "A refund at Stripe that is not recorded here"
    FAILED_REFUND = "failed_refund", "A refund that Stripe or the bank refused"
    DISPUTE = "dispute", "A dispute at Stripe that is not recorded here"
    FAILED_TRANSFER = "failed_transfer", "A transfer to a host that Stripe refused"
    NOT_AT_STRIPE = "not_at_stripe", "Recorded here, but not at Stripe"
    TRANSFER = "transfer", "A transfer at Stripe that is not recorded here"


class Difference(models.Model):
    """A difference between this site and Stripe that `billing.reconciliation` found.

    It is deleted when a later comparison no longer finds it.
    """

    Kind = Kind

    kind = models.CharField(max_length=20, choices=Kind.choices)
    reference = models.CharField(max_length=100)  # an id at Stripe, or of a row here
    details = models.CharField(max_length=300)  # what differs, in words
    # Why staff can't repair it here; "" if they can.
    obstacle = models.CharField(max_length=200, blank=True)
    found_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference"], name="one_difference_each")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.reference}"
