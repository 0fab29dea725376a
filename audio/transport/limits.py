"""How much work one source may cause."""

from collections import OrderedDict

from core.token_bucket import TokenBucket


class Allowance:
    """What may be sent to where nobody has proven to be: three times the bytes that came from
    there, every retransmission counted (the rule of QUIC: RFC 9000 §8.1). A source address can be
    forged, and whoever forges it must not turn more on a stranger than they could send
    themselves."""

    FACTOR = 3
    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left = 0

    def earn(self, size: int) -> None:
        self._left += self.FACTOR * size

    def spend(self, size: int) -> bool:
        if self._left < size:
            return False
        self._left -= size
        return True


class SourceLimit:
    """A bucket for each source address, in bounded memory: the ones unheard the longest are
    forgotten first, which gives them a fresh burst and nothing more."""

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
