"""Read the kind and size of a picture from the header of its file, without decoding pixels.

A header may be wrong, so the decoder checks the size again.

JPEG: ITU T.81, annex B. PNG: RFC 2083. GIF: GIF89a, section 18. WebP: RFC 9649.
"""

import struct
from dataclasses import dataclass
from typing import IO

START = 30  # bytes, which contain the size in PNG, GIF and WebP files
MAX_SEGMENTS = 2000  # before the size in a JPEG; real files have a few dozen
FRAME_HEADERS = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # SOF0 to SOF15
WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD8)}
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9


@dataclass(frozen=True)
class Header:
    kind: str  # Pillow's name
    width: int
    height: int

    @property
    def pixels(self) -> int:
        return self.width * self.height


def read(file: IO[bytes]) -> Header | None:
    """Return the header; None if the file is of another kind or ends before the size."""
    file.seek(0)
    start = file.read(START)
    try:
        if start.startswith(b"\xff\xd8\xff"):
            size = _jpeg(file)
            kind = "JPEG"
        elif start.startswith(b"\x89PNG\r\n\x1a\n") and start[12:16] == b"IHDR":
            size = struct.unpack(">II", start[16:24])
            kind = "PNG"
        elif start[:6] in (b"GIF87a", b"GIF89a"):
            size = struct.unpack("<HH", start[6:10])
            kind = "GIF"
        elif start.startswith(b"RIFF") and start[8:12] == b"WEBP":
            size = _webp(start)
            kind = "WEBP"
        else:
            return None
    except (struct.error, IndexError):
        return None
    finally:
        file.seek(0)
    width, height = size or (0, 0)
    return Header(kind, width, height) if width and height else None


def _jpeg(file: IO[bytes]) -> tuple[int, int] | None:
    file.seek(2)
    for _ in range(MAX_SEGMENTS):
        marker = file.read(2)
        while marker[1] == 0xFF:  # fill bytes
            marker = marker[1:] + file.read(1)
        if marker[0] != 0xFF or marker[1] in (START_OF_SCAN, END_OF_IMAGE):
            return None
        if marker[1] in WITHOUT_LENGTH:
            continue
        (length,) = struct.unpack(">H", file.read(2))
        if marker[1] in FRAME_HEADERS:
            _, height, width = struct.unpack(">BHH", file.read(5))
            return width, height
        file.seek(length - 2, 1)
    return None


def _webp(start: bytes) -> tuple[int, int] | None:
    chunk = start[12:16]
    if chunk == b"VP8X" and len(start) == START:  # 24 bits each, minus one
        width, height = start[24:27], start[27:30]
        return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
    if chunk == b"VP8L" and start[20] == 0x2F:  # 14 bits each, minus one
        (bits,) = struct.unpack("<I", start[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 " and start[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", start[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None
