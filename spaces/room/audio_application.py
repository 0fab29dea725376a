"""What the audio engine needs from Spaces: the plans of rooms, and a way to announce talkers."""

from collections.abc import Sequence

from spaces.room.audio_plan import PlanReader
from spaces.room.events import Talking
from spaces.room.publish import announce


class AudioApplication(PlanReader):
    """Implements `audio.application.Application`."""

    async def announce_talkers(self, room: str, people: Sequence[str]) -> None:
        await announce(room, Talking(people=list(people)))
