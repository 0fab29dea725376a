"""The plan of a room: the intended state, which an engine brings about."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from audio.caller import Caller


@dataclass(frozen=True)
class RoomPlan:
    """What the application reads from its database about one room (application.py)."""

    room: str
    live: bool = False
    stage: Mapping[str, bool] = field(default_factory=dict)  # person -> muted
    removed: frozenset[str] = frozenset()  # people who are not admitted, for any reason
    ended: frozenset[str] = frozenset()  # those of the given callers' sessions that have ended
    guests: bool = True  # whether guests ("g…") may listen
    music: bool = False  # the Space is in music mode
    captioned: frozenset[str] = frozenset()  # people on the stage whose voice the node recognizes
    language: str = ""  # the language that they speak (ISO 639); "": the recognizer detects it
    soundscape: bool = False  # a generated ambience plays (in the demo's first Space)

    def refusal_of(self, caller: Caller) -> str:
        """Return why this caller is not admitted ("signed_out", "removed"); "" if they are."""
        if caller.session in self.ended:
            return "signed_out"
        if self.removed & caller.keys or (caller.is_guest and not self.guests):
            return "removed"
        return ""
