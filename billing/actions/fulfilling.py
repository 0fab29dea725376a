"""Turn a paid checkout session into tickets: exactly once, whoever reports the payment first."""

from datetime import timedelta

import structlog
from django.db import transaction

from billing import discounts, ledger, seats, signals
from billing.actions import refunding
from billing.admission import enters_free
from billing.currencies import CURRENCIES
from billing.models import Refund, Reservation, Ticket
from billing.models.ledger import Kind
from billing.models.reservation import State
from billing.stripe import checkout
from billing.stripe.checkout import Session
from core import shared_clock
from spaces.models import State as SpaceState

log = structlog.get_logger(__name__)

DELAYED = timedelta(hours=1)  # between two checks of a payment that takes days


class SessionMismatch(Exception):
    """A paid session has another amount or currency than its reservation. Staff must decide what to
    do."""


def apply(session: Session) -> Reservation | None:
    """Update a reservation to the state of its session, as just read from Stripe. Idempotent.
    Return the reservation, or None if the session names one that does not exist. Raises
    SessionMismatch if another amount was paid."""
    with transaction.atomic():
        reservation = _lock_reservation(session)
        if reservation is None:
            log.warning("session_without_reservation", session=session.id)
            return None
        if session.status == "complete":
            if session.is_paid:
                _fulfil(reservation, session)
            elif session.has_failed:
                free_seats(reservation)
            elif reservation.state == State.HELD:
                _set(reservation, State.PENDING, session)
        elif session.status == "expired" and reservation.session_id in (None, session.id):
            free_seats(reservation)
    return reservation


def fulfil_payment(payment_intent: str) -> None:
    """Fulfil a payment whose dispute or refund is reported before the payment itself. Raises
    StripeUnavailable or SessionMismatch."""
    if not payment_intent or Reservation.objects.filter(payment_intent=payment_intent).exists():
        return
    session = checkout.of_payment(payment_intent)
    if session is not None:
        apply(session)


def _lock_reservation(session: Session) -> Reservation | None:
    if session.reservation_id is None:
        return None
    found = Reservation.objects.select_for_update(of=("self",)).select_related("offer__space")
    return found.filter(pk=session.reservation_id).first()


def fulfil_free(reservation: Reservation) -> None:
    """Create the tickets of a new reservation that costs nothing, in the transaction that takes its
    seats. Stripe is not involved, because it accepts no payments of 0."""
    _create_tickets(reservation)
    transaction.on_commit(lambda: signals.tickets_bought.send(Reservation, reservation=reservation))


def free_seats(reservation: Reservation) -> None:
    """Free the seats of an open reservation that can't be paid any more, and give the use of its
    discount code back. The caller must have locked the reservation, and know from Stripe that the
    session has expired, its payment has failed, or it can't be created any more."""
    if not reservation.is_open:
        return
    reservation.state, reservation.finished_at = State.EXPIRED, shared_clock.now()
    reservation.save(update_fields=["state", "finished_at"])
    seats.free(reservation.offer_id, reservation.quantity)
    if reservation.discount_id is not None:
        discounts.give_back(reservation.discount_id)
    offer_id = reservation.offer_id
    transaction.on_commit(lambda: signals.seats_freed.send(Reservation, offer_id=offer_id))


def _fulfil(reservation: Reservation, session: Session) -> None:
    if reservation.state in (State.PAID, State.LATE):
        return
    if (session.total, session.currency) != (reservation.total, reservation.currency):
        raise SessionMismatch(session.id)
    has_seats = reservation.is_open or _take_again(reservation)
    _set(reservation, State.PAID if has_seats else State.LATE, session)
    tickets = _create_tickets(reservation)
    space_state = reservation.offer.space.state
    if not has_seats or space_state in (SpaceState.CANCELLED, SpaceState.ENDED):
        is_cancelled = has_seats and space_state == SpaceState.CANCELLED
        why = Refund.Why.CANCELLED if is_cancelled else Refund.Why.LATE
        for ticket in tickets:
            refunding.refund(ticket, why)
        return
    transaction.on_commit(lambda: signals.tickets_bought.send(Reservation, reservation=reservation))


def _take_again(reservation: Reservation) -> bool:
    """Take the seats and the use of the discount code again for a reservation that has expired
    here; return False if other buyers have taken them."""
    if not seats.take(reservation.offer, reservation.quantity):
        return False
    if reservation.discount_id is None or discounts.take_again(reservation.discount_id):
        return True
    seats.free(reservation.offer_id, reservation.quantity)
    return False


def _set(reservation: Reservation, state: State, session: Session) -> None:
    reservation.state = state
    reservation.session_id = session.id
    reservation.payment_intent = session.payment_intent
    now = shared_clock.now()
    reservation.finished_at = None if state == State.PENDING else now
    if state == State.PENDING:
        reservation.next_try_at = now + DELAYED  # in case the event about the result is lost
    reservation.save(
        update_fields=["state", "session_id", "payment_intent", "finished_at", "next_try_at"]
    )


def _create_tickets(reservation: Reservation) -> list[Ticket]:
    """Create the tickets. The buyer holds the first ticket, unless they have a ticket already, or
    come in free. The others have no holder yet: the buyer gives them away by their links."""
    offer = reservation.offer
    has_ticket = Ticket.objects.filter(
        space=offer.space, holder=reservation.buyer, state=Ticket.State.VALID
    ).exists()
    buys_for_others = has_ticket or enters_free(offer.space, reservation.buyer)
    currency = CURRENCIES[reservation.currency]
    fee = currency.fee_of(reservation.unit_price, reservation.fee_rate)
    tickets = []
    for number in range(1, reservation.quantity + 1):
        is_own = number == 1 and not buys_for_others
        ticket = Ticket.objects.create(
            space=offer.space,
            reservation=reservation,
            number=number,
            holder=reservation.buyer if is_own else None,
            price=reservation.unit_price,
            fee=fee,
            currency=reservation.currency,
        )
        ledger.post_for(ticket, Kind.SALE)
        tickets.append(ticket)
    return tickets
