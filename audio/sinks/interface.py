"""The port: who takes a room's decoded sound, as a recorder or a transcriber does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from audio.mixing.opus import Pcm


@dataclass(frozen=True, slots=True)
class DecodedTick:
    """20 ms of a room before it is encoded.

    `voices` holds what each person added who sounded, by the key of the person: levelled, with the
    noise gate applied, never of somebody who is muted. `mixed` is all of it together, before the
    limiter; None when nobody sounded. Float32 at 48 kHz in [-1, 1]: 960 samples, or 960 × 2 in
    music mode. The arrays are the mixer's own: nobody writes into them. `timestamp` is that of the
    packets that carry this tick (RTP's, at 48 kHz, modulo 2³²).
    """

    timestamp: int
    voices: Mapping[str, Pcm]
    mixed: Pcm | None


class Sink(Protocol):
    def take(self, tick: DecodedTick) -> None:
        """Called in the room's tick, which it holds up: queue the sound and return.

        A sink that raises is detached, and hears no more.
        """
