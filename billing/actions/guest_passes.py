"""Free tickets that the host gives away by link."""

from django.db import transaction

from accounts.models import User
from billing.models import Offer, Ticket
from core.refusals import Refusal

MAX_PASSES = 10  # for each Space


class NoGuestPass(Refusal):
    def __init__(self, message: str) -> None:
        super().__init__("no_guest_pass", message)


def create(offer: Offer, by: User) -> Ticket:
    """Create a guest pass, which takes no seat from the sale. Raises NoGuestPass if the person is
    not the seller, the Space is over, or it has MAX_PASSES already."""
    space = offer.space
    if offer.seller_id != by.pk or not (space.is_scheduled or space.is_live):
        raise NoGuestPass("You can’t give away tickets for this Space.")
    with transaction.atomic():
        # Lock the offer, so that simultaneous requests are counted one after the other.
        Offer.objects.select_for_update().get(pk=offer.pk)
        number = Ticket.objects.filter(space=space, reservation=None).count() + 1
        if number > MAX_PASSES:
            raise NoGuestPass(f"A Space has at most {MAX_PASSES} guest passes.")
        return Ticket.objects.create(
            space=space, number=number, price=0, fee=0, currency=offer.currency
        )


def unclaimed(offer: Offer) -> list[Ticket]:
    """Return the guest passes that nobody has taken yet."""
    passes = Ticket.objects.filter(space=offer.space, reservation=None, holder=None)
    return list(passes.filter(state=Ticket.State.VALID).order_by("number"))
