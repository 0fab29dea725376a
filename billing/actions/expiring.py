"""Free the seats of buyers who did not pay in time, or who give them back. Stripe first expires the
checkout session; if it was paid in the meantime, the reservation is fulfilled instead."""

import structlog
from django.db import transaction

from billing.actions import fulfilling, reserving
from billing.actions.one_by_one import count_done
from billing.models import Reservation
from billing.models.reservation import State
from billing.stripe import checkout
from billing.stripe.client import StripeRefused, StripeUnavailable
from core import shared_clock

log = structlog.get_logger(__name__)

AT_ONCE = 100  # reservations in one task


def expire_due() -> int:
    """Finish the reservations whose time is over; return how many."""
    due = Reservation.objects.filter(state=State.HELD, expires_at__lte=shared_clock.now())
    found = due.select_related("offer__space").order_by("expires_at")[:AT_ONCE]
    return count_done(found, _release_or_wait)


def _release_or_wait(reservation: Reservation) -> bool:
    try:
        release(reservation)
    except StripeUnavailable as error:
        log.warning("reservation_not_expired", id=str(reservation.pk), error=str(error))
        return False
    return True


def release(reservation: Reservation) -> None:
    """Expire a reservation's checkout session and free its seats, or fulfil it if it was just paid.
    The seats stay held if this raises StripeUnavailable, StripeRefused or SessionMismatch, or if
    Stripe doesn't know the session any more."""
    try:
        session = reserving.open_session(reservation)
    except StripeRefused as error:
        # Usually there is no session: its creation failed, and now it is too late to create it.
        log.info("reservation_without_session", id=str(reservation.pk), code=error.code)
        with transaction.atomic():
            locked = Reservation.objects.select_for_update().get(pk=reservation.pk)
            if not locked.session_id:
                fulfilling.free_seats(locked)
        return
    if session.status == "open":
        session = checkout.expire(session.id)
    fulfilling.apply(session)
