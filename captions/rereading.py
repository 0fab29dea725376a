"""The hook for recognizing a Space again after its end, with a larger model than is possible live.

It needs two things: the model that the operator names (settings.REREADING_MODEL), and the recorded
sound, which a future recorder provides through `settings.KEPT_SOUND`. Nothing is recorded yet, so
no Space is recognized again.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string
from numpy import int16
from numpy.typing import NDArray

from spaces.models import Space


class KeptSound(Protocol):
    """The recorded sound of one captioned person: only what they said while they consented to the
    recording."""

    person: str  # key
    started_at: datetime  # by the shared clock, like the times of lines

    def samples(self) -> Iterator[NDArray[int16]]:
        """Yield mono samples at 48 kHz, in parts that fit in memory; pauses are silence."""


# The sound of a Space that has ended; nothing if it was not recorded.
KeptSounds = Callable[[Space], Iterable[KeptSound]]


def kept_sounds(space: Space) -> Iterable[KeptSound]:
    """Return the sound to recognize again, or nothing if no larger model is named."""
    if not (settings.REREADING_MODEL and settings.KEPT_SOUND and space.is_ended):
        return ()
    return cast(KeptSounds, import_string(settings.KEPT_SOUND))(space)
