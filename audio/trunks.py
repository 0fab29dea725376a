"""The trunks of one room at its origin: to which edges they lead, and when they expire."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from audio.audience.batch import Batch
from audio.interface import AudioError
from audio.mixing.mixer import Mix
from audio.quality import FULL, SAVER
from audio.transport.offer import OPUS_PAYLOAD_TYPE
from audio.transport.red import Redundancy
from audio.transport.socket import Path
from audio.transport.trunk import KEY_LENGTH, OutgoingTrunk
from audio.trunk_request import TrunkRequest, derive_key

MAX_TRUNKS = 256  # per room
EXPIRES = 10.0  # seconds without a renewal; edges renew every two seconds


@dataclass(eq=False)
class _Trunk:
    request: TrunkRequest
    salt: str
    sender: OutgoingTrunk
    renewed: float


class Trunks:
    """Sends both mixes of a room to its edges. All times are monotonic seconds."""

    def __init__(
        self,
        batch: Batch,
        *,
        on_open: Callable[[], None],
        on_end: Callable[[str, str], None],
    ) -> None:
        """`on_open` is called when a trunk begins, `on_end` with the name of a trunk that has
        ended, and the reason."""
        self._batch, self._on_open, self._on_end = batch, on_open, on_end
        self._trunks: dict[str, _Trunk] = {}
        self._redundancy = {quality: Redundancy(OPUS_PAYLOAD_TYPE) for quality in (FULL, SAVER)}

    def __len__(self) -> int:
        return len(self._trunks)

    @property
    def nodes(self) -> list[str]:
        """Return the names of the edges."""
        names = (each.request.node for each in self._trunks.values() if each.request.node)
        return list(dict.fromkeys(names))

    @property
    def saver(self) -> bool:
        """Return True if an edge receives the data saver mix."""
        return any(each.request.quality == SAVER for each in self._trunks.values())

    def renew(self, name: str, request: TrunkRequest, path: Path, now: float) -> str:
        """Open the trunk with this name, or let it continue; return its salt."""
        known = self._trunks.get(name)
        if known is not None and replace(known.request, loss=request.loss) == request:
            known.request, known.renewed = request, now
            return known.salt
        if known is None and len(self._trunks) >= MAX_TRUNKS:
            raise AudioError("full", "this Space has its maximum number of trunks")
        salt = secrets.token_hex(16)
        key = derive_key(name, salt, length=KEY_LENGTH)
        sender = OutgoingTrunk(ssrc=request.ssrc, key=key, path=path)
        self._trunks[name] = _Trunk(request, salt, sender, now)
        self._on_open()
        return salt

    def end(self, name: str, reason: str) -> None:
        """End a trunk; do nothing if it is unknown."""
        if self._trunks.pop(name, None) is not None:
            self._on_end(name, reason)

    def end_all(self, reason: str) -> None:
        for name in list(self._trunks):
            self.end(name, reason)

    def expire(self, now: float) -> None:
        """End the trunks that their edges no longer renew."""
        for name, each in list(self._trunks.items()):
            if now - each.renewed > EXPIRES:
                self.end(name, "lost")

    def send(self, mix: Mix) -> int:
        """Send 20 ms to all edges; return how many datagrams the kernel accepted."""
        for quality, payload in ((FULL, mix.shared), (SAVER, mix.saver)):
            if payload:
                packed = self._redundancy[quality].pack(payload, mix.timestamp)
                for each in self._trunks.values():
                    if each.request.quality == quality:
                        self._batch.add(each.sender, packed, mix.timestamp)
        return self._batch.flush()
