"""What a page may send over a socket: JSON objects of known kinds, each of a known shape."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core import rates
from core.refusals import Refusal
from core.token_bucket import TokenBucket

Check = Callable[[Any], bool]
Kinds = Mapping[str, Mapping[str, Check]]  # kind of frame -> field -> is its value valid?


class BadFrame(Refusal):
    """`code` is stable; the message names what is wrong."""

    status = 400


@dataclass(frozen=True)
class FrameRules:
    """What one kind of socket takes: `burst` frames at once, `rate` a second in the long run."""

    kinds: Kinds
    longest: int  # characters
    burst: float
    rate: float
    refused: int  # frames, beyond which the socket is closed


class FrameReader:
    """Reads the frames of one socket, and counts those that were refused."""

    def __init__(self, rules: FrameRules) -> None:
        self.rules = rules
        self.refused = 0
        self._left = TokenBucket(burst=rules.burst, rate=rules.rate)

    def read(self, raw: str | None) -> dict[str, Any]:
        """Raises TooFast or BadFrame."""
        if not self._left.spend(time.monotonic()):
            raise rates.refusal_of(self._left)
        return read(raw, self.rules.kinds, longest=self.rules.longest)

    def count_refused(self) -> bool:
        """Count a refused frame; return whether there were too many."""
        self.refused += 1
        return self.refused > self.rules.refused


def read(raw: str | None, kinds: Kinds, *, longest: int) -> dict[str, Any]:
    """Return one frame: an object with a known `t`, exactly its fields, each of them valid."""
    if raw is None:
        raise BadFrame("binary", "Frames are JSON text.")
    if len(raw) > longest:
        raise BadFrame("too_large", f"A frame has at most {longest // 1024} KiB.")
    try:
        frame = json.loads(raw)
        # An escape can spell half a character (a lone surrogate), which nothing can store or send.
        json.dumps(frame, ensure_ascii=False).encode()
    except (ValueError, RecursionError):  # UnicodeEncodeError is a ValueError
        raise BadFrame("malformed", "A frame is a JSON object.") from None
    if not isinstance(frame, dict) or not isinstance(frame.get("t"), str):
        raise BadFrame("malformed", "A frame is a JSON object with a kind t.")
    fields = kinds.get(frame["t"])
    if fields is None:
        raise BadFrame("unknown", "There is no such kind of frame.")
    if frame.keys() - {"t"} != fields.keys():
        raise BadFrame(
            "malformed", f"The fields of {frame['t']} are {', '.join(fields) or 'none'}."
        )
    for name, is_valid in fields.items():
        if not is_valid(frame[name]):
            raise BadFrame("malformed", f"{frame['t']} has a wrong {name}.")
    return frame
