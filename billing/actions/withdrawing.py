"""Make a Space with tickets free again, as long as nobody has bought a ticket."""

import structlog
from django.db.models import QuerySet

from accounts.models import User
from billing.actions import expiring, fulfilling
from billing.actions.fulfilling import SessionMismatch
from billing.actions.reserving import HOLD
from billing.models import Offer, Reservation
from billing.models.reservation import State
from billing.stripe.client import StripeRefused, StripeUnavailable
from core.refusals import Refusal
from core.times import duration_in_words
from scheduling import rules
from spaces.actions.locks import lock_scheduled
from spaces.models import Space

log = structlog.get_logger(__name__)

MAX_OPEN = 20  # payment pages that are closed in one request; each takes up to a second


class CantWithdraw(Refusal):
    def __init__(self, message: str) -> None:
        super().__init__("cant_withdraw", message)


BOUGHT = (
    "People have bought tickets, so this Space can’t become free. "
    "If you cancel it, they get their money back."
)
ON_ITS_WAY = (
    "Somebody has paid in a way that takes days. Until their bank has decided, this Space can’t "
    "become free. If you cancel it, they get their money back."
)
NOT_CLOSED = (
    "Stripe did not close the payment page of somebody who is buying, so they could still pay. "
    "Try again in a moment."
)
REFUSED = (
    "Stripe refused to close the payment page of somebody who is buying. "
    "The people who run this site are looking into it. You can cancel the Space."
)
JUST_BEGUN = "Somebody has just begun to buy. Try again."


def withdraw(space: Space, by: User) -> None:
    """Delete a Space's offer. People who are at the payment page can't pay any more: their pages
    are closed at Stripe first. Idempotent. Raises NotYours, NotScheduled or CantWithdraw."""
    rules.require_host(space, by)
    offer = Offer.objects.filter(space=space).first()
    if offer is None:
        return
    if refusal := why_not(offer):
        raise CantWithdraw(refusal)
    closed = {_identity(each) for each in at_payment_page(offer) if _close(each)}
    with lock_scheduled(space):
        # Lock reservations before the offer, like every transaction that frees seats.
        list(Reservation.objects.select_for_update().filter(offer=offer))
        Offer.objects.select_for_update().get(pk=offer.pk)
        left = offer.reservations.exclude(state=State.EXPIRED)
        if not {_identity(each) for each in left} <= closed:
            raise CantWithdraw(why_not(offer) or JUST_BEGUN)
        offer.reservations.all().delete()
        offer.delete()


def why_not(offer: Offer) -> str:
    """Return why an offer can't be withdrawn now, and what the host can do, or ""."""
    states = set(offer.reservations.values_list("state", flat=True).distinct())
    if states & {State.PAID, State.LATE}:
        return BOUGHT
    if State.PENDING in states:
        return ON_ITS_WAY
    count = at_payment_page(offer).count()
    if count > MAX_OPEN:
        return (
            f"{count} people are at the payment page. End the sale, under “Sell until”, and try "
            f"again {duration_in_words(HOLD)} after its end."
        )
    return ""


def at_payment_page(offer: Offer) -> QuerySet[Reservation]:
    """Return the reservations of people who may still pay."""
    held = offer.reservations.filter(state=State.HELD)
    return held.select_related("offer__space").order_by("created_at")


def _close(reservation: Reservation) -> bool:
    """Close the payment page of a buyer. Return False if the buyer has just paid. Raises
    CantWithdraw."""
    try:
        session = expiring.close(reservation)
        if session is not None and session.status == "complete":
            fulfilling.apply(session)
            return False
    except StripeUnavailable as error:
        log.warning("payment_page_not_closed", id=str(reservation.pk), error=str(error))
        raise CantWithdraw(NOT_CLOSED) from error
    except (StripeRefused, SessionMismatch) as error:
        log.error("payment_page_not_closed", id=str(reservation.pk), error=str(error))
        raise CantWithdraw(REFUSED) from error
    return True


def _identity(reservation: Reservation) -> tuple[object, ...]:
    """Return what changes if a closed payment page is replaced by another one."""
    return reservation.pk, reservation.session_id, reservation.expires_at
