"""The port through which the audio engine asks the application about its rooms.

Engines and nodes have no access to the database and the room sockets; only the application has.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from audio.caller import Caller
from audio.plan import RoomPlan


class Application(Protocol):
    """One instance per node."""

    async def plan_of(self, room: str, callers: Iterable[Caller] = ()) -> RoomPlan:
        """Return the plan of this room, including which of these callers' sessions have ended.

        A room that does not exist has a plan that is not live. Raises `core.database.Unavailable`
        and database errors.
        """

    async def announce_talkers(self, room: str, people: Sequence[str]) -> None:
        """Publish who is talking now to the room. Raises the channel layer's errors."""


def create_application() -> Application:
    """Instantiate the class named by settings.AUDIO_APPLICATION."""
    return cast(Application, import_string(settings.AUDIO_APPLICATION)())
