"""One Space's HLS stream: it receives the Space's packets, and writes segments."""

import asyncio
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog

from audio.events import AudioEvent, PeerGone
from audio.hls.encoding import Encoding, MediaSegment
from audio.hls.folder import StreamFolder
from audio.hls.sound import ContinuousSound
from audio.interface import AudioError
from audio.mixing.opus import Pcm
from audio.placement import Placement
from audio.quality import FULL
from audio.remote import RemoteAudio
from audio.subscriptions import RENEW_EVERY, RETRY_EVERY
from audio.transport.trunk import KEY_LENGTH, IncomingTrunk
from audio.trunk_request import TrunkRequest, derive_key
from core.background import end_all

log = structlog.get_logger(__name__)


class Stream:
    """Requests a trunk from the Space's home, like an edge (docs/decisions/0031).

    `address` is where the trunk's packets are received, and `trunk` must be registered there.
    `wall_time` returns the seconds since 1970.
    """

    def __init__(
        self,
        space: str,
        folder: Path,
        *,
        placement: Placement,
        origins: RemoteAudio,
        address: tuple[str, int],
        wall_time: Callable[[], float] = time.time,
    ) -> None:
        """Raises OSError if the folder can't be written."""
        self.space = space
        self.is_over = False  # the Space has ended
        self.segments = 0  # that were written
        self.trunk = IncomingTrunk(self._receive)
        self._name = f"trunk {secrets.token_urlsafe(12)}"
        self._salt = ""
        self._placement, self._origins, self._address = placement, origins, address
        self._wall_time = wall_time
        self._folder = StreamFolder(folder, now=wall_time())
        self._sound = ContinuousSound(self._encode)
        self._encoding: Encoding | None = None
        self._renew_now = asyncio.Event()
        self._unsubscribe = origins.subscribe(self._notice)
        self._subscription = asyncio.create_task(self._keep_trunk())

    def advance(self, now: float) -> None:
        """Write silence for the time in which no packets came."""
        self._sound.advance(now)

    async def close(self) -> None:
        """Stop, and write what was heard last. The files stay."""
        self._unsubscribe()
        await end_all([self._subscription])
        self._end_encoding()

    def remove(self) -> None:
        """Delete the files."""
        self._folder.remove()

    async def _keep_trunk(self) -> None:
        while not self.is_over:
            self._renew_now.clear()
            pause = RENEW_EVERY
            try:
                await self._request_trunk()
            except AudioError as error:
                if error.code == "not_live":
                    self.is_over = True
                    return
                log.warning("hls_trunk_not_renewed", space=self.space, code=error.code)
                pause = RETRY_EVERY
            except Exception as error:
                log.warning("hls_trunk_not_renewed", space=self.space, error=repr(error))
                pause = RETRY_EVERY
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._renew_now.wait()

    async def _request_trunk(self) -> None:
        home = await self._placement.place(self.space)
        host, port = self._address
        request = TrunkRequest(
            node="", address=host, port=port, ssrc=self.trunk.ssrc, quality=FULL, loss=0.0
        )
        salt = await self._origins.open_trunk(self.space, self._name, home=home, request=request)
        if salt != self._salt:
            self._salt = salt
            self._sound.restart()  # the timestamps may be those of another origin
            self.trunk.open(derive_key(self._name, salt, length=KEY_LENGTH))

    def _notice(self, event: AudioEvent) -> None:
        """Request the trunk again at once when it has ended, or its origin has died."""
        if isinstance(event, PeerGone) and event.peer == self._name:
            self._renew_now.set()

    def _receive(self, payload: bytes, timestamp: int, missing: int) -> None:
        self._sound.receive(payload, timestamp, missing)

    def _encode(self, sound: Pcm) -> None:
        channels = 2 if self._sound.is_stereo else 1
        if self._encoding is None or self._encoding.channels != channels:
            self._end_encoding()
            self._begin_encoding(channels)
        if self._encoding is not None:
            self._add(self._encoding.write(sound))

    def _begin_encoding(self, channels: int) -> None:
        encoding = Encoding(channels)
        try:
            self._folder.begin_encoding(encoding.init_segment, began=self._wall_time())
        except OSError as error:
            self._failed(error)
        else:
            self._encoding = encoding

    def _end_encoding(self) -> None:
        if encoding := self._encoding:
            self._encoding = None
            self._add(encoding.close())

    def _add(self, segments: list[MediaSegment]) -> None:
        for segment in segments:
            try:
                self._folder.add(segment)
            except OSError as error:
                self._failed(error)
            else:
                self.segments += 1

    def _failed(self, error: OSError) -> None:
        """Begin another encoding with the next sound, because players would miss this segment."""
        self._encoding = None
        log.error("hls_segment_not_written", space=self.space, error=repr(error))
