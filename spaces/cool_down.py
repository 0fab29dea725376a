"""The cool-down after a removal: for a while nobody joins as a new guest from the same network.

A guest is no more than a cookie, and clearing it makes a new one. So the network counts (of IPv6
the /64: `accounts.rates.network`) from which the removed guest joined, or from which the removed
member signed in. Guests who joined before stay: a household shares an address. Signing in is always
a way in, and letting the removed person back in ends the wait.
"""

from datetime import timedelta
from math import ceil

from allauth.usersessions.models import UserSession
from django.utils.crypto import salted_hmac

from accounts import rates, shared_clock
from accounts.models import User
from accounts.refusals import Refusal
from spaces.models import Guest, Removal, Space

LASTS = timedelta(minutes=10)
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
    """With our key: neither the network nor where else it comes from is found from it."""
    seen = f"{space.public_id} {network}"
    return salted_hmac("spaces.cool_down", seen, algorithm="sha256").hexdigest()[:HASH_LENGTH]


def networks_of(space: Space, key: str) -> list[str]:
    """Hashes of where a person of this Space came from: a guest joined, or a member signed in."""
    joined = Guest.objects.filter(space=space, viewer_key=key).exclude(network="")
    networks = set(joined.values_list("network", flat=True))
    if key.startswith("u"):
        addresses = UserSession.objects.filter(user=User(pk=int(key[1:])))
        networks |= {
            hash_of(space, rates.network(ip)) for ip in addresses.values_list("ip", flat=True)
        }
    return sorted(networks)


def running(space: Space, network: str) -> CoolingDown | None:
    """Why nobody joins as a new guest from this network now (`accounts.addresses.network_of`)."""
    now = shared_clock.now()
    removals = Removal.objects.filter(space=space, at__gt=now - LASTS).order_by("-at")
    seen = hash_of(space, network)
    for at, networks in removals.values_list("at", "networks"):
        if seen in networks:
            return CoolingDown(at + LASTS - now)
    return None


def forget_networks(space: Space) -> None:
    """Once the Space has ended nobody joins it, and nobody needs to know from where they did."""
    Guest.objects.filter(space=space).update(network="")
    Removal.objects.filter(space=space).update(networks=[])
