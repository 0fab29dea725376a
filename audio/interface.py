"""The port: what a Space asks of live audio, whichever engine carries it.

Durable facts (who is on stage, who is muted, who was removed, whether the Space is over) are never
sent as commands. The engine reads them as a `RoomPlan` and makes them true; `reconcile` only says
"look now", so a lost message is healed by the next look, and saying it twice does no harm.
Sound is Opus at 48 kHz in 20 ms frames, mono, or stereo in music mode. SDP is RFC 8866 text with
CRLF line ends.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from audio.caller import Caller
from audio.events import AudioEvent


class AudioError(Exception):
    """Refused or impossible; `code` is stable and safe to show: no_node, not_live, removed,
    signed_out, not_on_stage, bad_description, unknown_peer, full, timeout."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


class Audio(Protocol):
    """Every call raises `AudioError`; every call may be repeated with the same arguments."""

    async def reconcile(self, room: str) -> None:
        """Read the room's plan again and make it true."""

    async def listen(self, room: str, peer: str, caller: Caller) -> str:
        """Open a receive-only peer; return the SDP offer that the browser must answer."""

    async def answer(self, room: str, peer: str, sdp: str) -> None:
        """The browser's answer to the offer of `listen`."""

    async def speak(self, room: str, peer: str, caller: Caller, sdp: str) -> str:
        """Open a two-way peer from the browser's offer; return the SDP answer. Only people on the
        plan's stage; whether they are heard is the plan's `muted`, not the browser's word."""

    async def adopt(self, room: str, peer: str, caller: Caller) -> None:
        """Hear of this peer's fate from now on: its page came back by another web process. Refused
        as unknown_peer unless it lives and is this person's. It belongs to the caller's session
        from now on, which may be a new one of the same browser."""

    async def set_quality(self, room: str, peer: str, quality: str) -> None:
        """What this peer hears from now on: "full", or "saver" for a third less data or more. Its
        stream goes on without a gap."""

    async def leave(self, room: str, peer: str) -> None:
        """Drop one peer connection; unknown peers are already gone."""

    async def stats(self) -> Mapping[str, float]:
        """Numbers of the engine: rooms, peers, packets sent and lost, lateness in ms (p50, p99)."""

    def subscribe(self, listener: Callable[[AudioEvent], None]) -> Callable[[], None]:
        """Hear the engine's events; returns the way to stop. `listener` must not block."""


@cache
def get_audio() -> Audio:
    """This process's way to the engine, as settings.AUDIO names it."""
    return cast(Audio, import_string(settings.AUDIO)())
