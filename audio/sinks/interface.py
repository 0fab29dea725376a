"""The port for consumers of a room's decoded sound, such as a recorder or a transcriber."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from audio.mixing.opus import Pcm


@dataclass(frozen=True, slots=True)
class DecodedTick:
    """20 ms of a room's sound before it is encoded.

    `voices` maps the person key of each audible person to their contribution to the mix, after gain
    control and noise gate; muted people are left out. `mixed` is the sum before the limiter; None
    for silence. Sound is float32 at 48 kHz in [-1, 1], of shape (960,), or (960, 2) in music mode.
    The arrays belong to the mixer: sinks must not write into them. `timestamp` is the RTP timestamp
    (48 kHz, modulo 2³²) of the packets that carry this tick.
    """

    timestamp: int
    voices: Mapping[str, Pcm]
    mixed: Pcm | None


class Sink(Protocol):
    def take(self, tick: DecodedTick) -> None:
        """Receive one tick. Called inside the room's tick, so queue the sound and return at once.

        A sink that raises an exception is detached.
        """
