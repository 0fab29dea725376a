"""Limits per remote address: bytes sent to it before it is validated, and messages processed."""

from collections import OrderedDict

from core.token_bucket import TokenBucket


class AmplificationLimit:
    """The anti-amplification limit of an address that is not validated: at most three times the
    bytes received from it may be sent to it, retransmissions included (as in QUIC: RFC 9000,
    section 8.1). Otherwise an attacker with a forged source address could direct much more
    traffic at a third party than they send themselves."""

    FACTOR = 3
    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left = 0

    def add_received(self, size: int) -> None:
        self._left += self.FACTOR * size

    def spend(self, size: int) -> bool:
        if self._left < size:
            return False
        self._left -= size
        return True


class SourceLimit:
    """A token bucket for each source address, in bounded memory. The least recently used
    buckets are dropped first, which only gives their addresses a new burst."""

    def __init__(self, *, rate: float, burst: float, sources: int) -> None:
        self._rate, self._burst, self._sources = rate, burst, sources
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def spend(self, source: str, now: float) -> bool:
        bucket = self._buckets.get(source)
        if bucket is None:
            if len(self._buckets) >= self._sources:
                self._buckets.popitem(last=False)
            bucket = self._buckets[source] = TokenBucket(rate=self._rate, burst=self._burst)
        else:
            self._buckets.move_to_end(source)
        return bucket.spend(now)
