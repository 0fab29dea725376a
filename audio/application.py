"""The port on the other side: what the audio asks of the application whose rooms it carries.

The application alone knows its database and who hears of its rooms; an engine and a node know
neither.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from audio.caller import Caller
from audio.plan import RoomPlan


class Application(Protocol):
    """One for each node."""

    async def plan_of(self, room: str, callers: Iterable[Caller] = ()) -> RoomPlan:
        """What must be true of this room, with what concerns these callers in it. Not live when
        there is no such room. Raises `core.database.Unavailable`, and what the database raises."""

    async def announce_talkers(self, room: str, people: Sequence[str]) -> None:
        """Tell the room who is heard talking now. Raises what the channel layer raises."""


def make_application() -> Application:
    """A new one, as settings.AUDIO_APPLICATION names it."""
    return cast(Application, import_string(settings.AUDIO_APPLICATION)())
