"""Start a free preview."""

from accounts.models import User
from billing.models import Offer, Preview
from core import shared_clock
from core.refusals import Refusal
from spaces.models import Space


class NoPreview(Refusal):
    status = 403

    def __init__(self, message: str) -> None:
        super().__init__("no_preview", message)


def start(space: Space, user: User) -> None:
    """Let a person without a ticket listen for a minute. Raises NoPreview if the host offers none,
    the Space is not live, or the person has had their preview."""
    offers = Offer.objects.filter(space=space, allows_preview=True)
    if not (space.is_live and offers.exists()):
        raise NoPreview("There is no free preview of this Space.")
    _, is_new = Preview.objects.get_or_create(
        space=space, user=user, defaults={"started_at": shared_clock.now()}
    )
    if not is_new:
        raise NoPreview("You have had the free preview of this Space.")
