"""QR codes as paths of SVG, without styles, so that the content security policy allows them."""

from dataclasses import dataclass
from itertools import groupby

import segno

QUIET_ZONE = 2  # modules around the code; its surroundings are white, too


@dataclass(frozen=True)
class QrCode:
    """A square of `side` modules. `path` draws the dark ones, as lines that are one module high."""

    side: int
    path: str


def draw(text: str) -> QrCode:
    code = segno.make(text, error="m", micro=False)
    lines = []
    for y, row in enumerate(code.matrix, QUIET_ZONE):
        x = QUIET_ZONE
        for is_dark, modules in groupby(row):
            length = len(list(modules))
            if is_dark:
                lines.append(f"M{x} {y + 0.5}h{length}")
            x += length
    return QrCode(len(code.matrix) + 2 * QUIET_ZONE, "".join(lines))
