import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from billing.models.discount_code import DiscountCode
from billing.models.offer import Offer
from spaces.models.space import TITLE_LENGTH

MAX_TICKETS = 4  # in one purchase


class State(models.TextChoices):
    HELD = "held", "Held"  # until the buyer completes the checkout, or it expires
    PENDING = "pending", "Paying"  # the checkout is complete, but the payment takes days
    PAID = "paid", "Paid"
    EXPIRED = "expired", "Expired"  # its seats are free again
    # Paid after others took its seats or the last use of its code: the payment is refunded.
    LATE = "late", "Paid too late"


OPEN = (State.HELD, State.PENDING)


class Reservation(models.Model):
    """The seats of one purchase. They are held from before the checkout until the payment arrives,
    or until the reservation expires.

    The id is the `client_reference_id` of the checkout session; together with `expires_at`, it is
    the idempotency key of the request that creates the session. A reservation of free tickets has
    no session: it is paid from the beginning.
    """

    State = State

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="reservations")
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reservations")
    title = models.CharField(max_length=TITLE_LENGTH)  # of the Space, as the payment page shows it
    quantity = models.PositiveSmallIntegerField()
    # With the discount. It never changes, whatever happens to the offer and the code.
    unit_price = models.PositiveIntegerField()
    discount = models.ForeignKey(
        DiscountCode, models.PROTECT, null=True, blank=True, related_name="reservations"
    )
    currency = models.CharField(max_length=3)
    fee_rate = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()  # of the checkout session
    # When the sweeper asks Stripe again, at the earliest. It is set before each attempt, so that
    # reservations that can't be finished don't keep others waiting.
    next_try_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    session_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    payment_intent = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "buyer"],
                condition=Q(state__in=OPEN),
                name="one_open_reservation_per_buyer",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MAX_TICKETS),
                name="reservation_quantity_is_in_range",
            ),
            models.CheckConstraint(
                condition=Q(unit_price__gt=0) | ~Q(state__in=OPEN),
                name="free_tickets_need_no_checkout",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state__in=OPEN), name="open_reservations"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def total(self) -> int:
        return self.unit_price * self.quantity

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
