"""Take and free seats of an offer: one conditional update each, so seats are never oversold."""

from django.db.models import F

from billing.models import Offer

# In one statement, because in a rush every buyer waits for the row of the offer.
TAKE = """
    UPDATE billing_offer SET taken = taken + %(seats)s
    WHERE id = %(offer)s AND taken <= quantity - %(seats)s
    RETURNING *
"""


def take(offer: Offer, quantity: int) -> Offer | None:
    """Take seats; return the changed offer, or None if too few are left. In a transaction, nobody
    else can change the offer until the transaction ends."""
    return next(iter(Offer.objects.raw(TAKE, {"seats": quantity, "offer": offer.pk})), None)


def free(offer_id: int, quantity: int) -> None:
    Offer.objects.filter(pk=offer_id).update(taken=F("taken") - quantity)
