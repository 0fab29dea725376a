"""Hold seats for a buyer, and take the buyer to Stripe's payment page."""

from datetime import timedelta
from uuid import UUID, uuid4, uuid5

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse

from accounts.locks import blockers
from accounts.models import User
from billing import discounts, seats
from billing.actions import fulfilling, waiting
from billing.models import HostAccount, Offer, Reservation
from billing.models.reservation import MAX_TICKETS, OPEN, State
from billing.refusals import CheckoutUnavailable, CodeRefused, NotOnSale, PriceChanged, SoldOut
from billing.stripe import checkout
from billing.stripe.client import StripeRefused, StripeUnavailable
from core import shared_clock
from core.prepared_queries import prepared
from spaces.models import Removal

log = structlog.get_logger(__name__)

HOLD = timedelta(minutes=31)
SHORTEST = timedelta(minutes=30)  # Stripe refuses sessions that are open for less
SKEW = timedelta(seconds=30)  # between our clock and Stripe's
KEYS_STORED = timedelta(hours=23)  # Stripe stores idempotency keys for at least a day
FORMS = UUID("5b0f6a52-9d0c-4d4e-a7f1-6f7a43c0e1d8")  # the namespace of ids made from a form's name


def reserve(
    offer: Offer,
    buyer: User,
    quantity: int,
    *,
    code: str = "",
    seen: int | None = None,
    form: str = "",
) -> Reservation:
    """Hold seats for a buyer, or return the buyer's open reservation, so that a second tap leads
    to the same checkout. Tickets that cost nothing are created at once.

    `code` is the discount code that the buyer typed, `seen` the price that the page showed, and
    `form` the random name of the page's form (`core.once`), by which a second tap on free tickets
    is recognized. Raises NotOnSale, SoldOut, CodeRefused or PriceChanged.
    """
    key = uuid5(FORMS, f"{offer.pk} {buyer.pk} {form}") if form else uuid4()
    wanted = max(1, min(quantity, MAX_TICKETS))
    left = _left(offer, wanted)  # first, so that `_earlier` finds a tap that took the last seat
    # Only tickets with a code can cost nothing.
    form_key = key if code else None
    if earlier := _earlier(offer, buyer, form_key):
        return _as_seen(earlier, seen)
    _require_open(offer, buyer)
    # In a rush most people come too late: refuse them before the checks that cost more.
    if left < wanted and not waiting.has_offered_seat(offer, buyer):
        raise SoldOut(left)
    _require_admissible(offer, buyer)
    try:
        with transaction.atomic():
            return _reserve(offer, buyer, wanted, code, seen, key)
    except (IntegrityError, SoldOut, CodeRefused):
        if earlier := _earlier(offer, buyer, form_key):  # another tap was faster
            return _as_seen(earlier, seen)
        raise


def checkout_url(reservation: Reservation) -> str:
    """Return the URL of the payment page, or of the purchase if the session is not open any more.
    If Stripe did not answer at first, and it is now too late to create a session that ends with the
    hold, hold the seats longer. Raises CheckoutUnavailable, or NotOnSale if Stripe refuses."""
    if reservation.state == State.PAID:
        return reverse("billing:bought", args=[reservation.pk])
    try:
        try:
            session = open_session(reservation)
        except StripeRefused:
            if not _hold_longer(reservation):
                raise
            session = open_session(reservation)
    except StripeUnavailable as error:
        raise CheckoutUnavailable from error
    except StripeRefused as error:
        raise NotOnSale(
            "Stripe can’t open the payment page any more. Give the seats back, then choose again."
        ) from error
    if session.status == "open":
        return session.url
    try:
        fulfilling.apply(session)
    except fulfilling.SessionMismatch as error:
        # The page of the purchase says that the staff must decide what to do.
        log.error("purchase_not_fulfilled", id=str(reservation.pk), error=str(error))
    return reverse("billing:bought", args=[reservation.pk])


def open_session(reservation: Reservation) -> checkout.Session:
    """Return the reservation's checkout session, and create it if necessary. Everything in the
    request is stored with the reservation, so a request whose response was lost is repeated as it
    was, and creates no second session. Raises StripeUnavailable or StripeRefused."""
    if reservation.session_id:
        return checkout.read(reservation.session_id)
    space = reservation.offer.space
    own_page = f"{settings.BASE_URL}{space.get_absolute_url()}"
    bought = reverse("billing:bought", args=[reservation.pk])
    session = checkout.create(
        reservation=str(reservation.pk),
        title=f"Ticket: {reservation.title}",
        unit_amount=reservation.unit_price,
        currency=reservation.currency,
        quantity=reservation.quantity,
        expires_at=reservation.expires_at,
        transfer_group=space.public_id,
        success_url=f"{settings.BASE_URL}{bought}",
        cancel_url=own_page,
    )
    Reservation.objects.filter(pk=reservation.pk).update(session_id=session.id)
    reservation.session_id = session.id
    return session


def _hold_longer(reservation: Reservation) -> bool:
    """Hold the seats of a reservation longer, after Stripe has refused to create its session,
    because too little time was left. Return False if that was not the reason, or if the seats are
    not held any more.

    After this refusal, no earlier request can have created a session: Stripe would have answered
    with it. A request that is still on its way can't create one either, because Stripe will refuse
    it, too. So a new expiry, which makes a new idempotency key, leads to no second session. This is
    certain only for a day, because Stripe may delete keys after that.
    """
    now = shared_clock.now()
    if reservation.session_id or reservation.expires_at > now + SHORTEST + SKEW:
        return False
    if reservation.expires_at < now - KEYS_STORED:
        return False
    same = Reservation.objects.filter(
        pk=reservation.pk,
        state=State.HELD,
        session_id=None,
        expires_at=reservation.expires_at,
    )
    same.update(expires_at=now + HOLD)
    # Another tap may have been faster.
    reservation.refresh_from_db(fields=["state", "session_id", "expires_at"])
    return reservation.state == State.HELD


def require_on_sale(offer: Offer, buyer: User) -> None:
    """Raise NotOnSale if this person can't buy a ticket now."""
    _require_open(offer, buyer)
    _require_admissible(offer, buyer)


def _require_open(offer: Offer, buyer: User) -> None:
    space = offer.space
    if not (space.is_scheduled or space.is_live):
        raise NotOnSale("This Space is over." if space.is_ended else "This Space is cancelled.")
    if not offer.is_open_at(shared_clock.now()):
        raise NotOnSale("The sale of tickets has ended.")
    if space.host_id == buyer.pk:
        raise NotOnSale("You host this Space, so you don't need a ticket.")


def _require_admissible(offer: Offer, buyer: User) -> None:
    space = offer.space
    if blockers(buyer, space.host):
        raise NotOnSale("You can't buy tickets for this Space.")
    if not _able_to_sell(offer.seller_id):
        raise NotOnSale
    if _removals(space.pk, buyer.key):
        raise NotOnSale("You can't buy tickets for this Space.")


@prepared
def _able_to_sell(seller: int) -> "QuerySet[HostAccount, int]":
    return HostAccount.objects.able_to_sell().filter(host=seller).values_list("pk", flat=True)


@prepared
def _removals(space: int, viewer_key: str) -> "QuerySet[Removal, int]":
    found = Removal.objects.filter(space=space, viewer_key=viewer_key)
    return found.values_list("pk", flat=True)


def _reserve(
    offer: Offer, buyer: User, wanted: int, code: str, seen: int | None, key: UUID
) -> Reservation:
    """Take the seats and a use of the code, and create the reservation, in the caller's
    transaction. A person to whom the waiting list has offered a seat gets only this seat."""
    now = shared_clock.now()
    space = offer.space
    has_offered_seat = waiting.stop_waiting(offer, buyer)
    # Until the commit, the host can't change the prices or create codes.
    if has_offered_seat:
        wanted = 1
        current = Offer.objects.select_for_update().get(pk=offer.pk)
    else:
        taken = seats.take(offer, wanted)
        if taken is None:
            offer.refresh_from_db()
            raise SoldOut(offer.left)
        current = taken
    price = current.price_at(now, taken=current.taken - (0 if has_offered_seat else wanted))
    discount = discounts.find(current, code, now) if code else None
    if discount is not None:
        price = discount.price_of(price, current.currency)
        discounts.take_use(discount, now)
    if seen is not None and seen < price:
        raise PriceChanged
    is_free = price == 0
    reservation = Reservation.objects.create(
        pk=key if is_free else uuid4(),
        offer=offer,
        buyer=buyer,
        title=space.title,
        quantity=wanted,
        unit_price=price,
        discount=discount,
        currency=current.currency,
        fee_rate=current.fee_rate,
        state=State.PAID if is_free else State.HELD,
        created_at=now,
        expires_at=now + HOLD,
        finished_at=now if is_free else None,
    )
    if is_free:
        fulfilling.fulfil_free(reservation)
    return reservation


def _left(offer: Offer, wanted: int) -> int:
    """Return how many seats are left: the number that the caller has read if it is enough,
    otherwise the current number."""
    if offer.left >= wanted:
        return offer.left
    for quantity, taken in _seats(offer.pk):
        return quantity - taken
    raise Offer.DoesNotExist


@prepared
def _seats(offer: int) -> "QuerySet[Offer, tuple[int, int]]":
    return Offer.objects.filter(pk=offer).values_list("quantity", "taken")


def _earlier(offer: Offer, buyer: User, form_key: UUID | None) -> Reservation | None:
    """Return the buyer's open reservation, the free reservation that the same form has created, or
    None."""
    # Most people have none, so first look only for the id.
    for found in _open_ones(offer.pk, buyer.pk):
        return Reservation.objects.select_related("offer__space").get(pk=found)
    if form_key is None:
        return None
    own = Reservation.objects.filter(pk=form_key, offer=offer, buyer=buyer)
    return own.select_related("offer__space").first()


@prepared
def _open_ones(offer: int, buyer: int) -> "QuerySet[Reservation, UUID]":
    found = Reservation.objects.filter(state__in=OPEN, offer=offer, buyer=buyer)
    return found.values_list("pk", flat=True)


def _as_seen(reservation: Reservation, seen: int | None) -> Reservation:
    """Return an earlier reservation. Raises PriceChanged if it costs more than the page showed."""
    if seen is not None and seen < reservation.unit_price:
        raise PriceChanged
    return reservation
