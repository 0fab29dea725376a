"""The frames that a page may send over a room's socket (docs/protocol.md)."""

from functools import cache
from typing import Any

from audio.quality import QUALITIES
from core.sockets.incoming import Check, FrameRules
from spaces.room import frame_handlers
from spaces.room.reactions import EMOJI

MAX_SDP = 32 * 1024  # characters


def text(limit: int) -> Check:
    return lambda value: isinstance(value, str) and 0 < len(value) <= limit


def small_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def emoji(value: Any) -> bool:
    return isinstance(value, str) and value in EMOJI


def quality(value: Any) -> bool:
    return isinstance(value, str) and value in QUALITIES


def boolean(value: Any) -> bool:
    return isinstance(value, bool)


FRAMES: dict[str, dict[str, Check]] = {
    "beat": {},
    "react": {"emoji": emoji},
    "listen": {"ref": small_number},
    "answer": {"ref": small_number, "peer": text(40), "sdp": text(MAX_SDP)},
    "speak": {"ref": small_number, "sdp": text(MAX_SDP)},
    "adopt": {"ref": small_number, "peer": text(40)},
    "quality": {"ref": small_number, "peer": text(40), "quality": quality},
    "hls": {"ref": small_number},
    "hangup": {"peer": text(40)},
    "read_captions": {"on": boolean},
}


@cache
def rules() -> FrameRules:
    """Return the rules for the frames above and those of higher-level apps."""
    others = {kind: handler.fields for kind, handler in frame_handlers.handlers().items()}
    return FrameRules({**FRAMES, **others}, max_length=64 * 1024, burst=40, rate=10, max_refused=20)
