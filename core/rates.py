"""How fast one may do what. Counted in Redis for commands, in the socket itself for frames."""

from functools import cache
from ipaddress import IPv6Address, IPv6Network
from math import ceil

import redis
import structlog
from limits import RateLimitItem, parse

from core import redis_clients
from core.refusals import Refusal
from core.token_bucket import TokenBucket

log = structlog.get_logger(__name__)

CHAT = "8/10 seconds"
COMMANDS = "60/10 seconds"
ASKING = "6/30 seconds"  # each is told to the whole room
FOLLOWING = "100/hour"  # and unfollowing: each tells somebody, or may again
LOGGED = "1/minute"

# A moving window by the clock of Redis, since processes on other machines count in it as well.
# KEYS: the list of acts, newest first. ARGV: how many acts, in how many seconds. Returns the
# seconds until the next is possible ("0": this one was, and is counted).
_HIT = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local oldest = redis.call('LINDEX', KEYS[1], ARGV[1] - 1)
if oldest and tonumber(oldest) > now - ARGV[2] then return tostring(oldest + ARGV[2] - now) end
redis.call('LPUSH', KEYS[1], string.format('%.6f', now))
redis.call('LTRIM', KEYS[1], 0, ARGV[1] - 1)
redis.call('EXPIRE', KEYS[1], ARGV[2])
return '0'
"""


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
    try:
        wait = _hit(rate, *who)
    except redis.RedisError as error:
        # Without Redis there is no live room to flood; refusing everyone would only add harm.
        log.warning("rate_not_counted", error=repr(error))
        return
    if wait > 0:
        log_once("too_fast", act=who[0], who=who[-1])
        raise TooFast(max(1, round(wait)))


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
        first = _hit(LOGGED, "log", event, *fields.values()) == 0
    except redis.RedisError:
        first = True
    if first:
        log.warning(event, **fields)


@cache
def _parse(rate: str) -> RateLimitItem:
    return parse(rate)


def _hit(rate: str, *who: str) -> float:
    """Seconds until the act is possible; 0: it was, and is counted."""
    item = _parse(rate)
    key = f"rates:{item.key_for(*who)}"
    client = redis_clients.shared()
    return float(client.eval(_HIT, 1, key, str(item.amount), str(item.get_expiry())))


def refusal_of(bucket: TokenBucket) -> TooFast:
    """For who found it empty: with the time until it is not."""
    return TooFast(max(1, ceil((1 - bucket.tokens) / bucket.rate)))
