"""Everything about a scheduled Space that its host chooses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from spaces.models import SpeakPolicy, Topic


@dataclass(frozen=True)
class Plan:
    title: str
    local_date: date
    local_time: time
    zone: str  # an IANA name
    minutes: int  # the planned length
    description: str = ""
    topics: Sequence[Topic] = ()
    speak_policy: SpeakPolicy = SpeakPolicy.EVERYONE
    open_to_guests: bool = False

    @property
    def for_space(self) -> dict[str, object]:
        """The fields of the Space, without its time and topics."""
        return {
            "title": self.title,
            "description": self.description,
            "speak_policy": self.speak_policy,
            "open_to_guests": self.open_to_guests,
        }

    @property
    def for_schedule(self) -> dict[str, object]:
        """The fields of the Schedule, without the date, which differs within a series."""
        return {"local_time": self.local_time, "zone": self.zone, "minutes": self.minutes}
