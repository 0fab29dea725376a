"""A room in which people talk and nobody listens, for tests of what becomes of their voices."""

from audio.mixing.mixer import Mixer
from audio.mixing.opus import FRAME
from audio.plan import RoomPlan
from audio.recognition.pool import RecognizerPool
from audio.room import Room
from tests.audio.room import PHASE
from tests.audio.sound import TICK, Packet


class Nobody:
    """An audience without listeners, and its batch."""

    def send(self, payload: bytes, timestamp: int) -> int:
        return 0

    def flush(self) -> int:
        return 0


class UnheardRoom(Room):
    def __init__(self, plan: RoomPlan, recognizers: RecognizerPool | None = None) -> None:
        super().__init__(
            plan,
            mixer=Mixer(),
            open_audience=Nobody,
            batch=Nobody(),
            emit=lambda _: None,
            forget=lambda _: None,
            recognizers=recognizers,
        )
        self._number = 0  # of the next tick

    def run(self, seconds: float, **packets: list[bytes]) -> None:
        """Let this time pass, while these people send one packet for each tick."""
        for position in range(round(seconds / TICK)):
            for person, sent in packets.items():
                packet = Packet(self._number * FRAME, sent[position])
                self._mixer.push(person, packet, self._number * TICK)
            self.tick(self._number * TICK + PHASE)
            self._number += 1
