"""QR codes on pages and in e-mails."""

import re
from io import BytesIO

import segno
from PIL import Image

from billing import qr_codes

TEXT = "http://testserver/tickets/claim/AAAAAAAAAAAAAAAAAAAAAA/"


def test_the_path_draws_exactly_the_dark_modules():
    drawn = qr_codes.draw(TEXT)
    dark = {
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", drawn.path)
        for step in range(int(length))
    }
    matrix = segno.make(TEXT, error="m", micro=False).matrix_iter(border=qr_codes.QUIET_ZONE)
    expected = {(x, y) for y, row in enumerate(matrix) for x, is_dark in enumerate(row) if is_dark}
    assert dark == expected


def test_the_file_has_one_square_for_each_module():
    matrix = segno.make(TEXT, error="m", micro=False).matrix_iter(
        border=qr_codes.QUIET_ZONE_OF_FILE
    )
    expected = [[bool(is_dark) for is_dark in row] for row in matrix]
    image = Image.open(BytesIO(qr_codes.png(TEXT))).convert("L")
    side, scale = len(expected), qr_codes.SCALE
    assert image.size == (side * scale, side * scale)
    small = image.resize((side, side), Image.Resampling.BOX)
    drawn = [[small.getpixel((x, y)) < 128 for x in range(side)] for y in range(side)]
    assert drawn == expected
