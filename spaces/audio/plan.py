"""What an engine makes true of one room."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class RoomPlan:
    """Durable facts, read from the database (planning.py)."""

    room: str
    live: bool = False
    stage: Mapping[str, bool] = field(default_factory=dict)  # person -> muted
    removed: frozenset[str] = frozenset()
    guests: bool = True  # whether people without an account ("g…") may listen
    soundscape: bool = False  # a generated sound plays (the demo's first Space)

    def shuts_out(self, person: str) -> bool:
        known_as = person.split()
        is_removed = not self.removed.isdisjoint(known_as)
        return is_removed or (not self.guests and person.startswith("g"))
