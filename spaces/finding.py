"""Find a Space by the id in its URL."""

from django.db.models import QuerySet
from django.http import Http404

from core.prepared_queries import prepared
from spaces.models import Space, State


def find(public_id: str) -> Space | None:
    """Return the Space with its host, whatever its state."""
    found = _with_public_id(public_id)
    return found[0] if found else None


def find_or_404(public_id: str) -> Space:
    if space := find(public_id):
        return space
    raise Http404


def find_not_cancelled_or_404(public_id: str) -> Space:
    space = find_or_404(public_id)
    if space.state == State.CANCELLED:
        raise Http404
    return space


@prepared
def _with_public_id(public_id: str) -> QuerySet[Space]:
    return Space.objects.filter(public_id=public_id).select_related("host")
