"""Rate limits, counted in Redis; frames have token buckets (core/sockets/incoming.py)."""

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
ASKING = "6/30 seconds"  # the whole room receives each request
FOLLOWING = "100/hour"  # and unfollowing, since each follow may notify somebody
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
        super().__init__("too_fast", f"Too many requests. Try again in {_in_words(seconds)}.")
        self.seconds = seconds
        self.headers = {"Retry-After": str(seconds)}


def _in_words(seconds: int) -> str:
    return f"{seconds} s" if seconds < 100 else f"{ceil(seconds / 60)} minutes"


def spend(rate: str, *who: str) -> None:
    """Count one act of `who` against `rate` ("8/10 seconds"). Raises TooFast above it."""
    try:
        wait = _hit(rate, *who)
    except redis.RedisError as error:
        # Without Redis there is no live room to flood, and refusing everyone would do more harm.
        log.warning("rate_not_counted", error=repr(error))
        return
    if wait > 0:
        log_once("too_fast", act=who[0], who=who[-1])
        raise TooFast(max(1, round(wait)))


def network(address: str) -> str:
    """Return what an address is counted as: for IPv6 its network of 64 bits, since one user has
    all of it (RFC 6177); for IPv4 the address itself, also if it is written as an IPv4-mapped IPv6
    address (RFC 4291, section 2.5.5.2)."""
    try:
        six = IPv6Address(address)
    except ValueError:
        return address
    return str(six.ipv4_mapped or IPv6Network((six, 64), strict=False).network_address)


def log_once(event: str, **fields: str) -> None:
    """Log a warning at most once a minute for the same fields: a flood must not fill the disk."""
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
    """Count an act and return 0, or return the seconds until it is possible."""
    item = _parse(rate)
    key = f"rates:{item.key_for(*who)}"
    client = redis_clients.shared()
    return float(client.eval(_HIT, 1, key, str(item.amount), str(item.get_expiry())))


def refusal_of(bucket: TokenBucket) -> TooFast:
    """Return the refusal of an empty bucket, with the seconds until it has a token again."""
    return TooFast(max(1, ceil((1 - bucket.tokens) / bucket.rate)))
