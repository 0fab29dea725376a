"""The playlist of a live stream (RFC 8216): which segments there are, and when they were heard."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

NAME = "live.m3u8"
WINDOW = 6  # segments in the playlist

_TAG = re.compile(r"^#(EXT[A-Z0-9-]+)(?::(.*))?$")
_MAP = re.compile(r'URI="([^"]+)"')
_SEGMENT = re.compile(r"(\d+)\.m4s")


@dataclass(frozen=True)
class Segment:
    number: int  # the media sequence number
    seconds: float
    began: float  # seconds since 1970
    init: str  # the name of the init segment
    follows_a_gap: bool = False  # begins another encoding (EXT-X-DISCONTINUITY)

    @property
    def name(self) -> str:
        return f"{self.number}.m4s"

    @property
    def ended(self) -> float:
        return self.began + self.seconds


@dataclass
class Playlist:
    segments: list[Segment] = field(default_factory=list)
    discontinuities: int = 0  # of segments that were removed (EXT-X-DISCONTINUITY-SEQUENCE)

    def add(self, segment: Segment) -> None:
        """Add a segment; only the newest `WINDOW` stay."""
        self.segments.append(segment)
        while len(self.segments) > WINDOW:
            self.discontinuities += self.segments.pop(0).follows_a_gap

    def __str__(self) -> str:
        target = math.ceil(max(each.seconds for each in self.segments) - 0.5)
        lines = [
            "#EXTM3U",
            "#EXT-X-VERSION:7",
            f"#EXT-X-TARGETDURATION:{max(1, target)}",
            f"#EXT-X-MEDIA-SEQUENCE:{self.segments[0].number}",
            f"#EXT-X-DISCONTINUITY-SEQUENCE:{self.discontinuities}",
            "#EXT-X-INDEPENDENT-SEGMENTS",
        ]
        init = ""
        for segment in self.segments:
            lines += ["#EXT-X-DISCONTINUITY"] * segment.follows_a_gap
            if segment.init != init:
                init = segment.init
                lines.append(f'#EXT-X-MAP:URI="{init}"')
            moment = datetime.fromtimestamp(segment.began, UTC).isoformat(timespec="milliseconds")
            lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{moment}")
            lines += [f"#EXTINF:{segment.seconds:.6f},", segment.name]
        return "\n".join([*lines, ""])

    @classmethod
    def parse(cls, text: str) -> "Playlist":
        """Read a playlist of this module. Raises ValueError for any other text."""
        playlist, seconds, began, init, gap = cls(), 0.0, 0.0, "", False
        lines = text.splitlines()
        if lines[:1] != ["#EXTM3U"]:
            raise ValueError("not a playlist")
        for line in lines[1:]:
            if name := _SEGMENT.fullmatch(line):
                playlist.segments.append(Segment(int(name[1]), seconds, began, init, gap))
                gap = False
                continue
            if not (tag := _TAG.match(line)):
                raise ValueError(f"unknown line: {line[:80]!r}")
            match tag[1], tag[2] or "":
                case "EXT-X-DISCONTINUITY-SEQUENCE", number:
                    playlist.discontinuities = int(number)
                case "EXT-X-DISCONTINUITY", _:
                    gap = True
                case "EXT-X-MAP", attributes:
                    init = _require(_MAP.fullmatch(attributes))[1]
                case "EXT-X-PROGRAM-DATE-TIME", moment:
                    began = datetime.fromisoformat(moment).timestamp()
                case "EXTINF", duration:
                    seconds = float(duration.rstrip(","))
        return playlist


def names_in(segments: Iterable[Segment]) -> set[str]:
    """Return the names of the files that these segments need."""
    return {name for each in segments for name in (each.name, each.init)}


def _require(match: re.Match[str] | None) -> re.Match[str]:
    if match is None:
        raise ValueError("malformed tag")
    return match
