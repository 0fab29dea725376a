"""The cool-down after a removal: for 10 minutes, nobody can join as a new guest from the same
network.

A guest is identified by a cookie only, and becomes a new guest by clearing it. So the cool-down
applies to networks (an IPv6 /64 is one network): those from which the removed person was in the
room or joined as a guest. The network from which a person signed in does not count, since that
may be long ago and elsewhere. Guests who joined earlier may stay, since a household shares an IP
address. Signing in is always possible, and readmitting the removed person ends the cool-down.
"""

from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from core import shared_clock
from core.prepared_queries import prepared
from core.refusals import Refusal
from spaces.models import Guest, Removal, Space
from spaces.room import networks as room_networks

DURATION = timedelta(minutes=10)
SALT = "spaces.cool_down"  # changing it would end the active cool-downs
HASH_LENGTH = 32  # hexadecimal digits


class CoolingDown(Refusal):
    status = 403

    def __init__(self, left: timedelta) -> None:
        minutes = ceil(left.total_seconds() / 60)
        wait = "a minute" if minutes <= 1 else f"{minutes} minutes"
        super().__init__(
            "cool_down",
            "Someone on your network was removed from this Space, so new guests on that network "
            f"can't join for {wait}. Sign in to join now.",
        )
        self.headers = {"Retry-After": str(ceil(left.total_seconds()))}


def hash_of(space: Space, network: str) -> str:
    """Return a keyed hash of the network. It reveals neither the network nor whether somebody from
    it was in another Space."""
    value = f"{space.public_id} {network}"
    return salted_hmac(SALT, value, algorithm="sha256").hexdigest()[:HASH_LENGTH]


def networks_of(space: Space, key: str) -> list[str]:
    """Return hashes of the networks from which this viewer joined as a guest or opened sockets.
    Reads from Redis."""
    joined = Guest.objects.filter(space=space, viewer_key=key).exclude(network="")
    networks = set(joined.values_list("network", flat=True))
    return sorted(networks.union(room_networks.networks_of(space.public_id, key)))


def refusal_for(space: Space, network: str) -> CoolingDown | None:
    """Return a refusal if a cool-down is active for this network, otherwise None."""
    now = shared_clock.now()
    hashed = hash_of(space, network)
    for at, networks in _removals_after(space.pk, now - DURATION):
        if hashed in networks:
            return CoolingDown(at + DURATION - now)
    return None


@prepared
def _removals_after(space_id: int, at: datetime) -> "QuerySet[Removal, tuple[datetime, list[str]]]":
    """Select the time of each removal, the newest first, and hashes of the person's networks."""
    removals = Removal.objects.filter(space=space_id, at__gt=at).order_by("-at")
    return removals.values_list("at", "networks")


def forget_networks(space: Space) -> None:
    """Delete all networks of an ended Space, since nobody can join it any more."""
    Guest.objects.filter(space=space).update(network="")
    Removal.objects.filter(space=space).update(networks=[])
    transaction.on_commit(lambda: room_networks.forget(space.public_id))
