"""A token bucket in memory, which bounds what one source may cause."""


class TokenBucket:
    """Allows `burst` at once and `rate` a second in the long run. `now` is monotonic seconds."""

    __slots__ = ("_burst", "_updated", "rate", "tokens")

    def __init__(self, *, rate: float, burst: float) -> None:
        self.rate, self._burst = rate, burst
        self.tokens = burst
        self._updated = 0.0  # never yet

    def has(self, now: float, amount: float = 1.0) -> bool:
        """Whether `amount` is left."""
        self.tokens = self._tokens_at(now)
        self._updated = now
        return self.tokens >= amount

    def spend(self, now: float, amount: float = 1.0) -> bool:
        """Spend `amount` if that much is left; return whether it was."""
        if not self.has(now, amount):
            return False
        self.tokens -= amount
        return True

    def is_full(self, now: float) -> bool:
        """Whether the bucket is full again, as if nothing had ever been spent."""
        return self._tokens_at(now) >= self._burst

    def _tokens_at(self, now: float) -> float:
        if not self._updated:
            return self.tokens
        return min(self._burst, self.tokens + (now - self._updated) * self.rate)
