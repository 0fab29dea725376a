"""The waiting list of an offer that is sold out: seats that become free are offered in order."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.locks import blockers
from accounts.models import User
from billing import kinds, seats
from billing.models import Offer, Ticket, Waiting
from billing.models.waiting import State
from billing.refusals import NotOnSale
from core import shared_clock
from core.prepared_queries import prepared
from spaces.models import Space

OFFERED_FOR = timedelta(minutes=30)


def join(offer: Offer, user: User) -> Waiting:
    """Put a person on the list. Idempotent. Raises NotOnSale if seats are left, because then the
    person can buy one."""
    if found := Waiting.objects.filter(offer=offer, user=user, state__in=_OPEN).first():
        return found
    offer.refresh_from_db()
    if offer.left:
        raise NotOnSale("There are tickets left. Buy one.")
    try:
        with transaction.atomic():
            return Waiting.objects.create(offer=offer, user=user, created_at=shared_clock.now())
    except IntegrityError:  # another tap was faster
        return Waiting.objects.get(offer=offer, user=user, state__in=_OPEN)


def leave(offer: Offer, user: User) -> None:
    """Take a person off the list, and offer a seat that was held for them to the next person.
    Idempotent."""
    for waiting in Waiting.objects.filter(offer=offer, user=user, state__in=_OPEN):
        _end(waiting)
    offer_seats(offer)


def leave_with_ticket(ticket: Ticket) -> None:
    """Take a person off the list because they got a ticket from somebody else."""
    offer = Offer.objects.filter(space=ticket.space_id).first()
    if offer is not None and ticket.holder is not None:
        leave(offer, ticket.holder)


def entry_of(space: Space, user: User) -> Waiting | None:
    """Return a person's entry on the list, or None if they don't wait."""
    return Waiting.objects.filter(offer__space=space, user=user, state__in=_OPEN).first()


def position(waiting: Waiting) -> int:
    """Return the person's place on the list, from 1."""
    before = Waiting.objects.filter(offer=waiting.offer, state=State.WAITING, pk__lt=waiting.pk)
    return before.count() + 1


def offer_seats(offer: Offer) -> int:
    """Hold the seats that are free for the next people on the list, and notify them. Return how
    many seats were offered."""
    offered = 0
    now = shared_clock.now()
    while True:
        with transaction.atomic():
            locked = Offer.objects.select_for_update(of=("self",)).select_related("space__host")
            current = locked.get(pk=offer.pk)
            waits = Waiting.objects.filter(offer=current, state=State.WAITING).order_by("pk")
            first = waits.select_related("user").first()
            if first is None or not current.left or not current.is_open_at(now):
                return offered
            if blockers(first.user, current.space.host):
                _end(first)
                continue
            if not seats.take(current, 1):
                return offered
            first.state, first.offered_until = State.OFFERED, now + OFFERED_FOR
            first.save(update_fields=["state", "offered_until"])
            kinds.notify_about_free_seat(first)
            offered += 1


def has_offered_seat(offer: Offer, user: User) -> bool:
    """Return whether a seat is held for this person."""
    return bool(_offered_after(shared_clock.now(), offer.pk, user.pk))


@prepared
def _offered_after(now: datetime, offer: int, user: int) -> "QuerySet[Waiting, int]":
    offered = Waiting.objects.filter(offer=offer, user=user, state=State.OFFERED)
    return offered.filter(offered_until__gt=now).values_list("pk", flat=True)


def stop_waiting(offer: Offer, user: User) -> bool:
    """Take a person off the list, because the caller creates their reservation in this transaction.
    Return whether a seat was held for them; the reservation takes it over."""
    for state in _open_states(offer.pk, user.pk):
        same = Waiting.objects.filter(offer=offer, user=user, state=state)
        if state == State.OFFERED:
            same = same.filter(offered_until__gt=shared_clock.now())
        if same.update(state=State.BUYING):
            return state == State.OFFERED
    return False


@prepared
def _open_states(offer: int, user: int) -> "QuerySet[Waiting, str]":
    entries = Waiting.objects.filter(offer=offer, user=user, state__in=_OPEN)
    return entries.values_list("state", flat=True)


def pass_on_late_seats() -> int:
    """Offer the seats of people who did not buy in time to the next people, and also seats that
    became free without a signal. Return how many people did not buy in time."""
    late = Waiting.objects.filter(state=State.OFFERED, offered_until__lte=shared_clock.now())
    ended = sum(_end(waiting) for waiting in late)
    for offer in Offer.objects.filter(waiting__state=State.WAITING).distinct():
        offer_seats(offer)
    return ended


_OPEN = (State.WAITING, State.OFFERED)


def _end(waiting: Waiting) -> bool:
    """Take a person off the list, and free the seat that is held for them, if there is one. Return
    False if their state has changed in the meantime."""
    with transaction.atomic():
        same = Waiting.objects.filter(pk=waiting.pk, state=waiting.state)
        if not same.update(state=State.LEFT):
            return False
        if waiting.state == State.OFFERED:
            seats.free(waiting.offer_id, 1)
    return True
