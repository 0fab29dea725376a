"""How fast one may do what. Counted in Redis for commands, in the socket itself for frames."""

import time
from functools import cache
from ipaddress import IPv6Address, IPv6Network
from math import ceil

import structlog
from django.conf import settings
from limits import RateLimitItem, parse
from limits.storage import Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from accounts.refusals import Refusal

log = structlog.get_logger(__name__)

CHAT = "8/10 seconds"
COMMANDS = "60/10 seconds"
ASKING = "6/30 seconds"  # each is told to the whole room
FOLLOWING = "100/hour"  # and unfollowing: each tells somebody, or may again
LOGGED = "1/minute"


class TooFast(Refusal):
    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__("too_fast", f"That was fast. Try again in {_in_words(seconds)}.")
        self.seconds = seconds
        self.headers = {"Retry-After": str(seconds)}


def _in_words(seconds: int) -> str:
    return f"{seconds} s" if seconds < 100 else f"{ceil(seconds / 60)} minutes"


def spend(rate: str, *who: str) -> None:
    """Count one act of `who` against `rate` ("8/10 seconds"); raises TooFast when it is used up."""
    item = _parse(rate)
    try:
        if _limiter().hit(item, *who):
            return
        resets_at = _limiter().get_window_stats(item, *who).reset_time
    except Exception as error:
        # Without Redis there is no live room to flood; refusing everyone would only add harm.
        log.warning("rate_not_counted", error=repr(error))
        return
    log_once("too_fast", act=who[0], who=who[-1])
    raise TooFast(max(1, round(resets_at - time.time())))


def network(address: str) -> str:
    """Whom an address stands for: one of IPv6 for its whole network of 64 bits, since whoever has
    one has them all (RFC 6177); and one of IPv4 for itself, also where a server that listens on
    both writes it as one of IPv6 (RFC 4291, 2.5.5.2)."""
    try:
        six = IPv6Address(address)
    except ValueError:
        return address
    return str(six.ipv4_mapped or IPv6Network((six, 64), strict=False).network_address)


def log_once(event: str, **fields: str) -> None:
    """A flood of the same is one line a minute, not a full disk."""
    try:
        first = _limiter().hit(_parse(LOGGED), "log", event, *fields.values())
    except Exception:
        first = True
    if first:
        log.warning(event, **fields)


@cache
def _parse(rate: str) -> RateLimitItem:
    return parse(rate)


def _limiter() -> MovingWindowRateLimiter:
    return _limiter_of(settings.REDIS_URL)


@cache
def _limiter_of(url: str) -> MovingWindowRateLimiter:
    storage: Storage = storage_from_string(url)  # type: ignore[assignment]
    return MovingWindowRateLimiter(storage)


class Bucket:
    """A token bucket in memory: `burst` at once, `rate` a second in the long run."""

    def __init__(self, *, burst: float, rate: float) -> None:
        self.burst = burst
        self.rate = rate
        self.tokens = burst
        self.at = time.monotonic()

    def take(self) -> bool:
        now = time.monotonic()
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    @property
    def is_full(self) -> bool:
        """Nothing was taken for so long that it is as if nothing ever was."""
        return self.tokens + (time.monotonic() - self.at) * self.rate >= self.burst

    @property
    def refusal(self) -> TooFast:
        """For who found it empty: with the time until it is not."""
        return TooFast(max(1, ceil((1 - self.tokens) / self.rate)))
