"""How much work one source may cause."""

from collections import OrderedDict


class Budget:
    """A token bucket: `rate` a second on average, `burst` at once."""

    __slots__ = ("_burst", "_rate", "_tokens", "_updated")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._tokens = burst
        self._updated = 0.0

    def has(self, now: float, amount: float = 1.0) -> bool:
        """Whether `amount` is left; `now` is monotonic seconds."""
        if self._updated:
            earned = (now - self._updated) * self._rate
            self._tokens = min(self._burst, self._tokens + earned)
        self._updated = now
        return self._tokens >= amount

    def spend(self, now: float, amount: float = 1.0) -> bool:
        """Spend `amount` if that much is left; return whether it was."""
        if not self.has(now, amount):
            return False
        self._tokens -= amount
        return True


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
    """A budget for each source address, in bounded memory: the ones unheard the longest are
    forgotten first, which gives them a fresh burst and nothing more."""

    def __init__(self, *, rate: float, burst: float, sources: int) -> None:
        self._rate, self._burst, self._sources = rate, burst, sources
        self._budgets: OrderedDict[str, Budget] = OrderedDict()

    def __len__(self) -> int:
        return len(self._budgets)

    def spend(self, source: str, now: float) -> bool:
        budget = self._budgets.get(source)
        if budget is None:
            if len(self._budgets) >= self._sources:
                self._budgets.popitem(last=False)
            budget = self._budgets[source] = Budget(self._rate, self._burst)
        else:
            self._budgets.move_to_end(source)
        return budget.spend(now)
