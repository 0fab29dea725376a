"""Free the seats of buyers who did not pay in time, or who give them back. Stripe first expires the
checkout session; if it was paid in the meantime, the reservation is fulfilled instead. Stripe is
also asked for the result of delayed payments, because the event about it may be lost."""

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet

from billing import retrying
from billing.actions import fulfilling, reserving
from billing.actions.one_by_one import count_done
from billing.models import Reservation
from billing.models.reservation import OPEN, State
from billing.stripe import checkout
from billing.stripe.client import StripeRefused, StripeUnavailable
from core import shared_clock
from core.prepared_queries import prepared

log = structlog.get_logger(__name__)

AT_ONCE = 100  # reservations in one task


def expire_due() -> int:
    """Finish the reservations whose time is over, and those whose delayed payment has arrived or
    failed; return how many. Those that can't be finished now are tried again after a pause."""
    return count_done(_due(shared_clock.now(), limit=AT_ONCE), _finish)


@prepared
def _due(now: datetime, *, limit: int) -> QuerySet[Reservation]:
    is_over = Q(state=State.HELD, expires_at__lte=now) | Q(state=State.PENDING)
    due = Reservation.objects.filter(is_over, state__in=OPEN, next_try_at__lte=now)
    return due.select_related("offer__space").order_by("next_try_at")[:limit]


def _finish(reservation: Reservation) -> bool:
    """Finish a reservation. Return False if it is still open afterwards, or if another worker is
    trying to finish it."""
    now = shared_clock.now()
    same = Reservation.objects.filter(pk=reservation.pk, next_try_at=reservation.next_try_at)
    next_try_at = (
        now + fulfilling.DELAYED
        if reservation.state == State.PENDING
        else retrying.next_try(now, reservation.attempts)
    )
    # Store this before the attempt, so that the next attempt is put off even after a crash.
    if not same.update(attempts=F("attempts") + 1, next_try_at=next_try_at):
        return False
    try:
        release(reservation)
    except StripeUnavailable as error:
        log.warning("reservation_not_expired", id=str(reservation.pk), error=str(error))
    except StripeRefused as error:
        log.error("session_refused", id=str(reservation.pk), code=error.code, error=str(error))
    reservation.refresh_from_db(fields=["state"])
    return not reservation.is_open


def release(reservation: Reservation) -> None:
    """Expire a reservation's checkout session and free its seats, or fulfil it if it was just paid.
    While a delayed payment is on its way, nothing changes. The seats stay held if this raises
    StripeUnavailable, SessionMismatch, or StripeRefused, e.g. because Stripe doesn't know the
    session any more."""
    session = close(reservation)
    if session is not None:
        fulfilling.apply(session)
        return
    with transaction.atomic():
        locked = Reservation.objects.select_for_update().get(pk=reservation.pk)
        # Another tap may have extended the hold, and may be about to create the session.
        if not locked.session_id and locked.expires_at == reservation.expires_at:
            fulfilling.free_seats(locked)


def close(reservation: Reservation) -> checkout.Session | None:
    """Expire a reservation's checkout session, so that nobody can pay it any more. Return the
    session in its new state, e.g. complete; None if there is none, and none can be created any
    more. Raises StripeUnavailable, or StripeRefused if Stripe doesn't know the session."""
    try:
        session = reserving.open_session(reservation)
    except StripeRefused as error:
        if reservation.session_id:
            raise
        # Its creation failed, and now it is too late to create it.
        log.info("reservation_without_session", id=str(reservation.pk), code=error.code)
        return None
    return checkout.expire(session.id) if session.status == "open" else session
