"""Publish the engine's events: talkers to the room, a peer's state to the process that owns it.

A peer's owner is the process that opened the peer, or that adopted it later.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from channels.layers import get_channel_layer

from audio.commands import Gone, Message, Up
from audio.events import AudioEvent, CaptionLine, CaptionsState, PeerGone, PeerUp, Talkers

MAX_EVENTS = 10_000  # queued while Redis is unavailable; more are dropped

AnnounceTalkers = Callable[[str, Sequence[str]], Awaitable[None]]  # see application.Application

log = structlog.get_logger(__name__)


class EventPublisher:
    def __init__(self, announce_talkers: AnnounceTalkers) -> None:
        self._announce_talkers = announce_talkers
        self._events: asyncio.Queue[AudioEvent] = asyncio.Queue(MAX_EVENTS)
        self._unsent: AudioEvent | None = None
        self._owners: dict[str, str] = {}  # peer -> the channel of the process that owns it
        self._talkers: dict[str, Talkers] = {}

    def enqueue(self, event: AudioEvent) -> None:
        """Queue an event; captions have a queue of their own. This is the engine's listener, so it
        does not wait for Redis."""
        if isinstance(event, CaptionLine | CaptionsState):
            return
        if isinstance(event, Talkers):
            self._talkers[event.room] = event
        if not self._events.full():
            self._events.put_nowait(event)

    def set_owner(self, peer: str, channel: str) -> None:
        """Send this peer's events to `channel` from now on."""
        self._owners[peer] = channel

    def remove_owner(self, peer: str) -> None:
        self._owners.pop(peer, None)

    async def run(self) -> None:
        """Publish the queued events in order; retry an event that could not be sent.

        Raises the channel layer's errors when Redis is unavailable; then call this method again.
        """
        while True:
            self._unsent = self._unsent or await self._events.get()
            await self._publish(self._unsent)
            self._unsent = None

    async def repeat_talkers(self) -> None:
        """Publish the talkers of every room again, in case a message was lost.

        An empty list of talkers is repeated only once.
        """
        for room, talkers in list(self._talkers.items()):
            await self._announce_talkers(room, talkers.people)
            if not talkers.people and self._talkers.get(room) is talkers:
                del self._talkers[room]

    def remove_room(self, room: str) -> None:
        self._talkers.pop(room, None)

    async def _publish(self, event: AudioEvent) -> None:
        match event:
            case Talkers(room, people):
                if self._talkers.get(room) is event:  # otherwise a newer event follows
                    await self._announce_talkers(room, people)
            case PeerUp(room, peer):
                log.info("peer_up", room=room, peer=peer)
                await self._send_to_owner(peer, Up(room=room, peer=peer))
            case PeerGone(room, peer, reason):
                log.info("peer_gone", room=room, peer=peer, reason=reason)
                await self._send_to_owner(peer, Gone(room=room, peer=peer, reason=reason))
                self._owners.pop(peer, None)

    async def _send_to_owner(self, peer: str, message: Message) -> None:
        layer: Any = get_channel_layer()
        if channel := self._owners.get(peer):
            await layer.send(channel, message.pack())
