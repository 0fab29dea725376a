"""What the audio asks of Spaces (`audio.application`): plans of rooms, and to tell who talks."""

from collections.abc import Sequence

from spaces.live.audio_plan import PlanReader
from spaces.live.events import Talking
from spaces.live.publish import announce


class AudioApplication(PlanReader):
    """Implements `audio.application.Application`."""

    async def announce_talkers(self, room: str, people: Sequence[str]) -> None:
        await announce(room, Talking(people=list(people)))
