"""The port to the application, which plans the rooms and receives who is talking and what was said.

Engines and nodes can access neither the database nor the room sockets; the application can.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from audio.caller import Caller
from audio.events import CaptionLine, CaptionsState
from audio.plan import RoomPlan


class Application(Protocol):
    """One instance per node."""

    async def plan_of(self, room: str, callers: Iterable[Caller] = ()) -> RoomPlan:
        """Return the plan of this room, including which of these callers' sessions have ended.

        A room that does not exist has a plan that is not live. Raises `core.database.Unavailable`
        or a database error if the plan cannot be read.
        """

    async def announce_talkers(self, room: str, people: Sequence[str]) -> None:
        """Send the room the list of people who are talking now. Raises the channel layer's errors
        when Redis is unavailable."""

    async def receive_caption(self, caption: CaptionLine | CaptionsState) -> None:
        """Store and publish a line of recognized speech, or the state of a room's captions. Raises
        the errors of the database and of the channel layer; the node then tries again."""


def create_application() -> Application:
    """Instantiate the class named by settings.AUDIO_APPLICATION."""
    return cast(Application, import_string(settings.AUDIO_APPLICATION)())
