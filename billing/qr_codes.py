"""QR codes for pages and e-mails.

On pages they are paths of SVG without styles, so that the content security policy allows them.
E-mails contain PNG files, because mail programs don't show SVG.
"""

from dataclasses import dataclass
from io import BytesIO
from itertools import groupby

import segno

QUIET_ZONE = 2  # modules around the code; its surroundings are white, too
# The same in a file, whose surroundings may be dark (ISO/IEC 18004), and its pixels per module.
QUIET_ZONE_OF_FILE, SCALE = 4, 6


@dataclass(frozen=True)
class QrCode:
    """A square of `side` modules. `path` draws the dark ones, as lines that are one module high."""

    side: int
    path: str


def draw(text: str) -> QrCode:
    code = _encode(text)
    lines = []
    for y, row in enumerate(code.matrix, QUIET_ZONE):
        x = QUIET_ZONE
        for is_dark, modules in groupby(row):
            length = len(list(modules))
            if is_dark:
                lines.append(f"M{x} {y + 0.5}h{length}")
            x += length
    return QrCode(len(code.matrix) + 2 * QUIET_ZONE, "".join(lines))


def png(text: str) -> bytes:
    """Return a QR code as a PNG file."""
    file = BytesIO()
    _encode(text).save(file, kind="png", scale=SCALE, border=QUIET_ZONE_OF_FILE)
    return file.getvalue()


def _encode(text: str) -> segno.QRCode:
    return segno.make(text, error="m", micro=False)
