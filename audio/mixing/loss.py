"""The average packet loss that receivers report, which determines the encoder's redundancy."""

MIN, MAX = 0.05, 0.25  # redundancy is never off, and always leaves enough bits for the sound
PERIOD = 250  # ticks: 5 s
MAX_REPORTERS = 10_000


class LossReports:
    """Averages one report per person and period, so that frequent reports do not count more."""

    def __init__(self) -> None:
        self.expected = MIN
        self._latest: dict[str, float] = {}
        self._ticks = 0

    def report(self, person: str, fraction: float) -> None:
        if person in self._latest or len(self._latest) < MAX_REPORTERS:
            self._latest[person] = fraction

    def advance(self) -> bool:
        """Advance by one tick; return True if `expected` has changed."""
        self._ticks += 1
        if self._ticks % PERIOD or not self._latest:
            return False
        before = self.expected
        mean = sum(self._latest.values()) / len(self._latest)
        self.expected = min(max((before + mean) / 2, MIN), MAX)
        self._latest.clear()
        return self.expected != before
