"""What the audio engine needs from Spaces: plans of rooms, and receivers of talkers and words."""

from collections.abc import Sequence

from audio.events import CaptionLine, CaptionsState
from spaces import captioning
from spaces.room.audio_plan import PlanReader
from spaces.room.events import Talking
from spaces.room.publish import announce


class AudioApplication(PlanReader):
    """Implements `audio.application.Application`."""

    async def announce_talkers(self, room: str, people: Sequence[str]) -> None:
        await announce(room, Talking(people=list(people)))

    async def receive_caption(self, caption: CaptionLine | CaptionsState) -> None:
        await captioning.receive(caption)
