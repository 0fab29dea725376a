"""Pass recognized speech to the application, apart from all other events, because the application
writes it to the database and may have to wait."""

import asyncio
from collections.abc import Awaitable, Callable

from audio.events import AudioEvent, CaptionLine, CaptionsState

MAX_PENDING = 1_000  # lines while the application is slow; then the oldest are dropped

Caption = CaptionLine | CaptionsState


class CaptionPublisher:
    """`receive` is `receive_caption` of `audio.application.Application`."""

    def __init__(self, receive: Callable[[Caption], Awaitable[None]]) -> None:
        self._receive = receive
        # A newer text of a line, or a newer state of a room, replaces the one that waits.
        self._pending: dict[str, Caption] = {}
        self._added = asyncio.Event()

    def enqueue(self, event: AudioEvent) -> None:
        """Queue a caption, and ignore all other events. Does not wait."""
        if isinstance(event, CaptionLine):
            self._pending[event.line] = event
        elif isinstance(event, CaptionsState):
            self._pending[event.room] = event
        else:
            return
        if len(self._pending) > MAX_PENDING:
            del self._pending[next(iter(self._pending))]
        self._added.set()

    async def run(self) -> None:
        """Pass on what was queued, the oldest first; a caption that fails is tried again.

        Raises the application's errors; then call this method again.
        """
        while True:
            await self._added.wait()
            while self._pending:
                key = next(iter(self._pending))
                caption = self._pending.pop(key)
                try:
                    await self._receive(caption)
                except BaseException:
                    self._pending = {key: caption} | self._pending
                    raise
            self._added.clear()
