"""What a page may say over the socket: the frames of docs/protocol.md, read and bounded."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from audio.quality import QUALITIES
from spaces.room.reactions import EMOJI

MAX_FRAME = 64 * 1024  # characters
MAX_SDP = 32 * 1024

Check = Callable[[Any], bool]


class BadFrame(Exception):
    """`code` is stable; the message names what is wrong."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def text(limit: int) -> Check:
    return lambda value: isinstance(value, str) and 0 < len(value) <= limit


def small_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def emoji(value: Any) -> bool:
    return isinstance(value, str) and value in EMOJI


def quality(value: Any) -> bool:
    return isinstance(value, str) and value in QUALITIES


FRAMES: dict[str, dict[str, Check]] = {
    "beat": {},
    "react": {"emoji": emoji},
    "listen": {"ref": small_number},
    "answer": {"ref": small_number, "peer": text(40), "sdp": text(MAX_SDP)},
    "speak": {"ref": small_number, "sdp": text(MAX_SDP)},
    "adopt": {"ref": small_number, "peer": text(40)},
    "quality": {"ref": small_number, "peer": text(40), "quality": quality},
    "hangup": {"peer": text(40)},
}


def read(
    raw: str | None, frames: Mapping[str, dict[str, Check]] = FRAMES, *, most: int = MAX_FRAME
) -> dict[str, Any]:
    """One frame: an object with a known `t`, exactly its fields, each as it should be."""
    if raw is None:
        raise BadFrame("binary", "Frames are JSON text.")
    if len(raw) > most:
        raise BadFrame("too_large", f"A frame has at most {most // 1024} KiB.")
    try:
        frame = json.loads(raw)
        # An escape can spell half a character (a lone surrogate), which nothing can store or send.
        json.dumps(frame, ensure_ascii=False).encode()
    except (ValueError, RecursionError):  # UnicodeEncodeError is a ValueError
        raise BadFrame("malformed", "A frame is a JSON object.") from None
    if not isinstance(frame, dict) or not isinstance(frame.get("t"), str):
        raise BadFrame("malformed", "A frame is a JSON object with a kind t.")
    fields = frames.get(frame["t"])
    if fields is None:
        raise BadFrame("unknown", "There is no such kind of frame.")
    if frame.keys() - {"t"} != fields.keys():
        raise BadFrame(
            "malformed", f"The fields of {frame['t']} are {', '.join(fields) or 'none'}."
        )
    for name, check in fields.items():
        if not check(frame[name]):
            raise BadFrame("malformed", f"{frame['t']} has a wrong {name}.")
    return frame
