"""Rate limits, counted in Redis. Frames are limited by token buckets (core/sockets/incoming.py)."""

from collections.abc import Sequence
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
FOLLOWING = "100/hour"  # following and unfollowing together, since a follow notifies a person
LOGGED = "1/minute"

# Sliding windows. They use Redis's clock, since processes on other machines count in them as well.
# KEYS: for each request, the times of its caller's requests, newest first. ARGV: how many requests
# in how many seconds. For each request, the script returns "0" if it is allowed and was counted,
# otherwise the seconds until it is allowed.
_HIT = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local waits = {}
for index, key in ipairs(KEYS) do
  local oldest = redis.call('LINDEX', key, ARGV[1] - 1)
  if oldest and tonumber(oldest) > now - ARGV[2] then
    waits[index] = tostring(oldest + ARGV[2] - now)
  else
    redis.call('LPUSH', key, string.format('%.6f', now))
    redis.call('LTRIM', key, 0, ARGV[1] - 1)
    redis.call('EXPIRE', key, ARGV[2])
    waits[index] = '0'
  end
end
return waits
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
    """Count one request by `who`; raise TooFast above `rate`, e.g. "8/10 seconds".

    During an outage of Redis, allow every request without counting it.
    """
    if wait := take(rate, *who):
        raise _refusal(who, wait)


def spend_each(rate: str, act: str, who: Sequence[str]) -> list[TooFast | None]:
    """Count one request of each of these callers, like `spend`. Return a refusal for each that is
    above the rate. Takes one round trip."""
    callers = [(act, each) for each in who]
    try:
        waits = _hit_each(rate, callers)
    except redis.RedisError as error:
        log.warning("rate_not_counted", error=repr(error))
        return [None] * len(callers)
    return [
        _refusal(caller, wait) if wait > 0 else None
        for caller, wait in zip(callers, waits, strict=True)
    ]


def take(rate: str, *who: str) -> float:
    """Count one use by `who` and return 0, or return the seconds until `rate` allows it.

    During an outage of Redis, return 0.
    """
    try:
        return _hit(rate, *who)
    except redis.RedisError as error:
        log.warning("rate_not_counted", error=repr(error))
        return 0.0


def network(address: str) -> str:
    """Return the network that requests from an IP address are counted for.

    For IPv6 this is the /64 network, since one user has all its addresses (RFC 6177). For IPv4 it
    is the address itself, even if it is written as an IPv4-mapped IPv6 address (RFC 4291, section
    2.5.5.2).
    """
    try:
        six = IPv6Address(address)
    except ValueError:
        return address
    return str(six.ipv4_mapped or IPv6Network((six, 64), strict=False).network_address)


def log_once(event: str, **fields: str) -> None:
    """Log a warning at most once per minute for the same fields, so as not to fill the disk."""
    try:
        first = _hit(LOGGED, "log", event, *fields.values()) == 0
    except redis.RedisError:
        first = True
    if first:
        log.warning(event, **fields)


@cache
def _parse(rate: str) -> RateLimitItem:
    return parse(rate)


def _refusal(who: Sequence[str], wait: float) -> TooFast:
    log_once("too_fast", act=who[0], who=who[-1])
    return TooFast(max(1, round(wait)))


def _hit(rate: str, *who: str) -> float:
    """Count the request and return 0, or return the seconds until it is allowed."""
    return _hit_each(rate, [who])[0]


def _hit_each(rate: str, callers: Sequence[Sequence[str]]) -> list[float]:
    """Do the same for one request of each caller."""
    item = _parse(rate)
    keys = [f"rates:{item.key_for(*who)}" for who in callers]
    limits = str(item.amount), str(item.get_expiry())
    waits = redis_clients.shared().eval(_HIT, len(keys), *keys, *limits)
    return [float(wait) for wait in waits]


def refusal_of(bucket: TokenBucket) -> TooFast:
    """Return the refusal for an empty bucket, with the seconds until it contains a token again."""
    return TooFast(max(1, ceil((1 - bucket.tokens) / bucket.rate)))
