"""Find the offer that a seller's page is about."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.viewer import signed_in
from billing.models import Offer


def offer_of_seller(request: HttpRequest, space_id: str) -> Offer:
    """Return the offer of a Space to its seller. Raises Http404 for everyone else."""
    own = Offer.objects.filter(seller=signed_in(request))
    found = own.select_related("space__host", "space__schedule")
    return get_object_or_404(found, space__public_id=space_id)
