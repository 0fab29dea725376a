"""What an engine makes true of one room."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from audio.caller import Caller


@dataclass(frozen=True)
class RoomPlan:
    """Durable facts, which the application reads from its database (application.py)."""

    room: str
    live: bool = False
    stage: Mapping[str, bool] = field(default_factory=dict)  # person -> muted
    removed: frozenset[str] = frozenset()  # who may not be here, for whatever reason
    ended: frozenset[str] = frozenset()  # sessions of the callers asked about that are over
    guests: bool = True  # whether people without an account ("g…") may listen
    music: bool = False  # the Space is in music mode
    soundscape: bool = False  # a generated sound plays (the demo's first Space)

    def refusal_of(self, caller: Caller) -> str:
        """Why this caller may not hear the room: "signed_out", "removed"; "" when they may."""
        if caller.session in self.ended:
            return "signed_out"
        if self.removed & caller.keys or (caller.is_guest and not self.guests):
            return "removed"
        return ""
