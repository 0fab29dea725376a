"""The packager: the process that offers Spaces as HLS to listeners who can't use WebRTC.

It does nothing for a Space until somebody asks for it (`audio.hls.demand`).
"""

import asyncio
import time
from pathlib import Path

import structlog

from audio.hls.demand import PackagerDemand
from audio.hls.folder import delete_abandoned
from audio.hls.stream import Stream
from audio.placement import Placement
from audio.remote import RemoteAudio
from audio.transport.endpoint import Endpoint
from audio.transport.socket import internal_address
from core.background import end_all, forever

POLL_EVERY = 0.5  # seconds
ADVANCE_EVERY = 0.1  # seconds
SWEEP_EVERY = 60.0  # seconds
MAX_STREAMS = 50  # one costs 2 to 4 % of a core

log = structlog.get_logger(__name__)


class Packager:
    """Writes each Space's stream to a folder of its own in `folder`."""

    def __init__(
        self, folder: Path, *, name: str, host: str = "::", port: int = 0, internal: str = ""
    ) -> None:
        self._folder, self._name = folder, name
        self._host, self._port, self._internal = host, port, internal
        self._demand = PackagerDemand(name)
        self._placement = Placement()
        self._origins = RemoteAudio()
        self._streams: dict[str, Stream] = {}
        self._announced: dict[str, int] = {}  # by Space: how many segments were announced
        self._ahead = 0.0  # seconds by which this machine's clock is ahead of Redis's
        self._swept = float("-inf")

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set. Raises OSError if the port is taken, ValueError for a
        malformed IP address."""
        self._internal = internal_address(self._host, self._internal)
        self._endpoint = Endpoint(self._host, self._port)
        self._endpoint.start()
        loops = [
            asyncio.create_task(forever(loop, failed="hls_loop_failed"))
            for loop in (self._follow_demand, self._advance)
        ]
        log.info("hls_packager_started", packager=self._name, folder=str(self._folder))
        try:
            await stop.wait()
        finally:
            await end_all(loops)
            for stream in self._streams.values():
                await stream.close()  # the successor continues it
            self._endpoint.stop()
            await self._origins.close()
            await self._placement.close()
            await self._demand.close()
            log.info("hls_packager_stopped", packager=self._name)

    async def _follow_demand(self) -> None:
        """Open and close streams until an error of Redis; the running ones continue."""
        while True:
            wanted = await self._demand.read()
            self._ahead = time.time() - wanted.time
            mine = await self._demand.claim(self._affordable(wanted.spaces))
            for space in self._streams.keys() - mine:
                await self._close(space, remove=space not in wanted.spaces)
            for space in mine - self._streams.keys():
                self._open(space)
            for space, stream in list(self._streams.items()):
                if stream.is_over:
                    await self._close(space, remove=True)
                elif stream.segments != self._announced.get(space, 0):
                    self._announced[space] = stream.segments
                    await self._demand.announce_ready(space)
            self._sweep()
            await asyncio.sleep(POLL_EVERY)

    def _affordable(self, wanted: frozenset[str]) -> set[str]:
        """Return the wanted Spaces that this packager can pack; those that it has go first."""
        running = wanted & self._streams.keys()
        others = sorted(each for each in wanted - running if each.isalnum())
        return {*running, *others[: max(0, MAX_STREAMS - len(running))]}

    def _open(self, space: str) -> None:
        try:
            stream = Stream(
                space,
                self._folder / space,
                placement=self._placement,
                origins=self._origins,
                address=(self._internal, self._endpoint.socket.port),
                wall_time=lambda: time.time() - self._ahead,
            )
        except OSError as error:
            log.error("hls_stream_not_opened", space=space, error=repr(error))
            return
        self._streams[space] = stream
        self._endpoint.add_trunk(stream.trunk)
        log.info("hls_stream_opened", space=space)

    async def _close(self, space: str, *, remove: bool) -> None:
        """Close a stream. Its files stay if another packager continues it."""
        stream = self._streams.pop(space)
        self._announced.pop(space, None)
        self._endpoint.remove_trunk(stream.trunk)
        await stream.close()
        if remove:
            stream.remove()
        await self._demand.give_up(space, is_over=stream.is_over)
        log.info("hls_stream_closed", space=space, is_over=stream.is_over)

    async def _advance(self) -> None:
        while True:
            now = time.monotonic()
            for stream in self._streams.values():
                stream.advance(now)
            await asyncio.sleep(ADVANCE_EVERY)

    def _sweep(self) -> None:
        now = time.monotonic()
        if now - self._swept >= SWEEP_EVERY:
            self._swept = now
            delete_abandoned(self._folder, but=set(self._streams))
