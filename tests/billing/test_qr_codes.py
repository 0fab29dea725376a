"""QR codes on pages."""

import re

import segno

from billing import qr_codes


def test_the_path_draws_exactly_the_dark_modules():
    text = "http://testserver/tickets/claim/AAAAAAAAAAAAAAAAAAAAAA/"
    drawn = qr_codes.draw(text)
    dark = {
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", drawn.path)
        for step in range(int(length))
    }
    matrix = segno.make(text, error="m", micro=False).matrix_iter(border=qr_codes.QUIET_ZONE)
    expected = {(x, y) for y, row in enumerate(matrix) for x, is_dark in enumerate(row) if is_dark}
    assert dark == expected
