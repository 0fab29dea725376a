"""Check the frames that pages send over a socket: JSON objects of known kinds with known fields."""

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
    """A frame is invalid. `code` never changes; the message says what is wrong."""

    status = 400


@dataclass(frozen=True)
class FrameRules:
    """The frames that one kind of socket accepts: `burst` at once, `rate` per second on average."""

    kinds: Kinds
    max_length: int  # characters
    burst: float
    rate: float
    max_refused: int  # frames; after more refused frames the socket is closed


class FrameReader:
    """Reads the frames of one socket, and counts the refused frames."""

    def __init__(self, rules: FrameRules) -> None:
        self.rules = rules
        self.refused = 0
        self._left = TokenBucket(burst=rules.burst, rate=rules.rate)

    def read(self, raw: str | None) -> dict[str, Any]:
        """Return the frame. Raise TooFast above the allowed rate, BadFrame for an invalid frame."""
        if not self._left.spend(time.monotonic()):
            raise rates.refusal_of(self._left)
        return read(raw, self.rules.kinds, max_length=self.rules.max_length)

    def count_refused(self) -> bool:
        """Count a refused frame; return whether there were too many."""
        self.refused += 1
        return self.refused > self.rules.max_refused


def read(raw: str | None, kinds: Kinds, *, max_length: int) -> dict[str, Any]:
    """Return one frame: an object with a known `t` and exactly the fields of its kind, all valid.

    Raise BadFrame for anything else.
    """
    if raw is None:
        raise BadFrame("binary", "Frames are JSON text.")
    if len(raw) > max_length:
        raise BadFrame("too_large", f"A frame has at most {max_length} characters.")
    try:
        frame = json.loads(raw)
        # An escape can produce a lone surrogate, which can be neither stored nor sent.
        json.dumps(frame, ensure_ascii=False).encode()
    except (ValueError, RecursionError):  # UnicodeEncodeError is a ValueError
        raise BadFrame("malformed", "A frame is a JSON object.") from None
    if not isinstance(frame, dict) or not isinstance(frame.get("t"), str):
        raise BadFrame("malformed", "A frame is a JSON object with a kind t.")
    fields = kinds.get(frame["t"])
    if fields is None:
        raise BadFrame("unknown", "This kind of frame is unknown.")
    if frame.keys() - {"t"} != fields.keys():
        raise BadFrame(
            "malformed", f"The fields of {frame['t']} are {', '.join(fields) or 'none'}."
        )
    for name, is_valid in fields.items():
        if not is_valid(frame[name]):
            raise BadFrame("malformed", f"The field {name} of {frame['t']} is invalid.")
    return frame
