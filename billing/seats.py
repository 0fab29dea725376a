"""Take and free seats of an offer: one conditional update each, so seats are never oversold."""

from django.db.models import F

from billing.models import Offer


def take(offer: Offer, quantity: int) -> bool:
    """Take seats; return False if fewer are left."""
    free = Offer.objects.filter(pk=offer.pk, taken__lte=F("quantity") - quantity)
    return bool(free.update(taken=F("taken") + quantity))


def free(offer_id: int, quantity: int) -> None:
    Offer.objects.filter(pk=offer_id).update(taken=F("taken") - quantity)
