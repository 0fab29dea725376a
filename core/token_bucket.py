"""A token bucket in memory, which limits how often one source can do something."""


class TokenBucket:
    """Allows `burst` at once and `rate` per second on average. `now` is in seconds, monotonic."""

    __slots__ = ("_burst", "_updated", "rate", "tokens")

    def __init__(self, *, rate: float, burst: float) -> None:
        self.rate, self._burst = rate, burst
        self.tokens = burst
        self._updated = 0.0  # no token was spent yet

    def has(self, now: float, amount: float = 1.0) -> bool:
        """Return whether at least `amount` tokens are left."""
        self.tokens = self._tokens_at(now)
        self._updated = now
        return self.tokens >= amount

    def spend(self, now: float, amount: float = 1.0) -> bool:
        """Spend `amount` tokens if at least that many are left; return whether they were spent."""
        if not self.has(now, amount):
            return False
        self.tokens -= amount
        return True

    def is_full(self, now: float) -> bool:
        """Return whether the bucket is full, as if no token had ever been spent."""
        return self._tokens_at(now) >= self._burst

    def _tokens_at(self, now: float) -> float:
        if not self._updated:
            return self.tokens
        return min(self._burst, self.tokens + (now - self._updated) * self.rate)
