"""Settings of node processes in tests that need no database: every Space is live."""

from collections.abc import Iterable, Sequence

from audio.caller import Caller
from audio.events import CaptionLine, CaptionsState
from audio.plan import RoomPlan
from config.settings import *  # noqa: F403

AUDIO_APPLICATION = "tests.audio.always_live.AlwaysLive"
STAGE = {"u1": False}


class AlwaysLive:
    """Implements `audio.application.Application`."""

    async def plan_of(self, room: str, callers: Iterable[Caller] = ()) -> RoomPlan:
        return RoomPlan(room, live=True, stage=STAGE)

    async def announce_talkers(self, room: str, people: Sequence[str]) -> None: ...

    async def receive_caption(self, caption: CaptionLine | CaptionsState) -> None: ...
