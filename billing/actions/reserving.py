"""Hold seats for a buyer, and take the buyer to Stripe's payment page."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.locks import blockers
from accounts.models import User
from billing import seats
from billing.actions import fulfilling, waiting
from billing.models import HostAccount, Offer, Reservation
from billing.models.reservation import MAX_TICKETS, OPEN
from billing.refusals import CheckoutUnavailable, NotOnSale, SoldOut
from billing.stripe import checkout
from billing.stripe.client import StripeRefused, StripeUnavailable
from core import shared_clock

HOLD = timedelta(minutes=31)  # Stripe needs at least 30 minutes


def reserve(offer: Offer, buyer: User, quantity: int) -> Reservation:
    """Hold seats for a buyer, or return the buyer's open reservation, so that a second tap leads
    to the same checkout. Raises NotOnSale or SoldOut."""
    if open_one := _open_reservation(offer, buyer):
        return open_one
    require_on_sale(offer, buyer)
    now = shared_clock.now()
    try:
        with transaction.atomic():
            offer.refresh_from_db()
            wanted = max(1, min(quantity, MAX_TICKETS))
            price = offer.price_at(now)
            if waiting.use_offered_seat(offer, buyer):
                wanted = 1
            elif not seats.take(offer, wanted):
                raise SoldOut(offer.left)
            return Reservation.objects.create(
                offer=offer,
                buyer=buyer,
                quantity=wanted,
                unit_price=price,
                currency=offer.currency,
                fee_rate=offer.fee_rate,
                created_at=now,
                expires_at=now + HOLD,
            )
    except IntegrityError:
        if open_one := _open_reservation(offer, buyer):  # another tap was faster
            return open_one
        raise


def checkout_url(reservation: Reservation) -> str:
    """Return the URL of the payment page, or of the buyer's tickets if it is paid. Raises
    CheckoutUnavailable, or NotOnSale if the reservation has expired."""
    try:
        session = open_session(reservation)
    except StripeUnavailable as error:
        raise CheckoutUnavailable from error
    except StripeRefused as error:
        raise NotOnSale("Your seats were held for 30 minutes. Buy again.") from error
    if session.status == "open":
        return session.url
    fulfilling.apply(session)
    return reverse("billing:bought", args=[reservation.pk])


def open_session(reservation: Reservation) -> checkout.Session:
    """Return the reservation's checkout session, and create it if necessary. The idempotency key
    is the reservation's, so a request whose response was lost creates no second session."""
    if reservation.session_id:
        return checkout.read(reservation.session_id)
    space = reservation.offer.space
    own_page = f"{settings.BASE_URL}{space.get_absolute_url()}"
    bought = reverse("billing:bought", args=[reservation.pk])
    session = checkout.create(
        reservation=str(reservation.pk),
        title=f"Ticket: {space.title}",
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


def require_on_sale(offer: Offer, buyer: User) -> None:
    """Raise NotOnSale if this person can't buy a ticket now."""
    space, now = offer.space, shared_clock.now()
    if not (space.is_scheduled or space.is_live):
        raise NotOnSale("This Space is over." if space.is_ended else "This Space is cancelled.")
    if not offer.is_open_at(now):
        raise NotOnSale("The sale of tickets has ended.")
    if space.host_id == buyer.pk:
        raise NotOnSale("You host this Space, so you don't need a ticket.")
    if blockers(buyer, space.host):
        raise NotOnSale("You can't buy tickets for this Space.")
    account = HostAccount.objects.filter(host=offer.seller_id).first()
    if account is None or not account.may_sell:
        raise NotOnSale
    if space.removals.filter(viewer_key=buyer.key).exists():
        raise NotOnSale("You can't buy tickets for this Space.")


def _open_reservation(offer: Offer, buyer: User) -> Reservation | None:
    found = Reservation.objects.filter(offer=offer, buyer=buyer, state__in=OPEN)
    return found.select_related("offer__space").first()
