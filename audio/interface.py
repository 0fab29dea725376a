"""The port: what the application requires of any audio engine.

Durable facts (who is on stage, who is muted, who was removed, whether the Space has ended) are
never sent as commands. The engine reads them as a `RoomPlan` and makes the room match it.
`reconcile` only requests that this happens now. The request may be repeated; if it is lost, the
next request has the same effect. Sound is Opus at 48 kHz in 20 ms frames, mono, or stereo in music
mode. SDP is RFC 8866 text with CRLF line ends.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from audio.caller import Caller
from audio.events import AudioEvent


class AudioError(Exception):
    """A call was refused or failed. `code` is stable and is sent to pages: no_node, not_live,
    removed, signed_out, not_on_stage, bad_description, unknown_peer, full, timeout."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


class Audio(Protocol):
    """Every method may raise `AudioError` and may be called again with the same arguments."""

    async def reconcile(self, room: str) -> None:
        """Read the room's plan again and make the room match it."""

    async def listen(self, room: str, peer: str, caller: Caller) -> str:
        """Open a peer that only receives; return the SDP offer, which the browser must answer."""

    async def answer(self, room: str, peer: str, sdp: str) -> None:
        """Process the browser's answer to the offer that `listen` returned."""

    async def speak(self, room: str, peer: str, caller: Caller, sdp: str) -> str:
        """Open a two-way peer from the browser's offer; return the SDP answer.

        Only people on the plan's stage may speak. The plan decides whether they are muted, not the
        browser.
        """

    async def adopt(self, room: str, peer: str, caller: Caller) -> None:
        """Take over a peer whose page reconnected, perhaps to another process: from now on, this
        process receives its events.

        The peer then belongs to the caller's session, which may be a new one of the same
        browser. Raises unknown_peer unless the peer is open and belongs to this person.
        """

    async def set_quality(self, room: str, peer: str, quality: str) -> None:
        """Send this peer the "full" mix, or "saver", which needs about a quarter less data.
        The stream continues without a gap."""

    async def leave(self, room: str, peer: str) -> None:
        """Close one peer connection; do nothing if it is unknown."""

    async def stats(self) -> Mapping[str, float]:
        """Return the engine's measurements by name, such as rooms, peers, packets sent and lost,
        and the lateness in ms (p50, p99)."""

    def subscribe(self, listener: Callable[[AudioEvent], None]) -> Callable[[], None]:
        """Call `listener` with each event; it must not block. Return a function to unsubscribe."""


@cache
def get_audio() -> Audio:
    """Return this process's client of the engine: an instance of the class settings.AUDIO."""
    return cast(Audio, import_string(settings.AUDIO)())
