"""Kind and size of a picture, read without decoding it."""

import io
import struct

import pytest
from PIL import Image

from core.picture_headers import MOST_SEGMENTS, Header, read


def drawn(kind, size=(37, 23), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue()


def header(content):
    return read(io.BytesIO(content))


FRAMES = [Image.new("RGB", (37, 23), colour) for colour in ("red", "blue")]
REAL = {
    "a photograph": ("JPEG", drawn("JPEG")),
    "a photograph in scans": ("JPEG", drawn("JPEG", progressive=True)),
    "a photograph with much metadata": (
        "JPEG",
        drawn("JPEG", icc_profile=b"p" * 300_000, comment=b"c" * 60_000),
    ),
    "a drawing": ("PNG", drawn("PNG", mode="RGBA")),
    "a drawing with a profile": ("PNG", drawn("PNG", icc_profile=b"p" * 300_000)),
    "an animation": ("GIF", drawn("GIF", save_all=True, append_images=FRAMES)),
    "an old animation": ("GIF", drawn("GIF").replace(b"GIF89a", b"GIF87a")),
    "a lossy WebP": ("WEBP", drawn("WEBP")),
    "a lossless WebP": ("WEBP", drawn("WEBP", lossless=True)),
    "a see-through WebP": ("WEBP", drawn("WEBP", mode="RGBA", exact=True)),
    "an animated WebP": ("WEBP", drawn("WEBP", save_all=True, append_images=FRAMES)),
}


@pytest.mark.parametrize(("kind", "content"), REAL.values(), ids=REAL)
def test_a_real_picture_says_its_size(kind, content):
    assert header(content) == Header(kind, 37, 23)


@pytest.mark.parametrize(("kind", "content"), REAL.values(), ids=REAL)
def test_wherever_it_is_cut_off_nothing_breaks(kind, content):
    for length in range(min(len(content), 600)):
        assert header(content[:length]) in (None, Header(kind, 37, 23))


def webp(chunk, body):
    return b"RIFF\0\0\0\0WEBP" + chunk + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    ("content", "pixels"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 2**31, 2**31), 2**62),
        (b"GIF89a" + struct.pack("<HH", 65535, 65535), 65535**2),
        (webp(b"VP8X", b"\0" * 4 + b"\xff" * 6), 2**48),
        (webp(b"VP8L", b"\x2f" + b"\xff" * 4), 2**28),
        (b"\xff\xd8\xff\xc2\0\x11\x08" + struct.pack(">HH", 65535, 65535), 65535**2),
    ],
)
def test_a_bomb_says_how_large_it_would_be(content, pixels):
    assert header(content).pixels == pixels


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"BM" + b"\0" * 60,
        b"GIF89a\0\0\x10\0",  # no width
        b"\xff\xd8\xff\xda\0\x02",  # pixels before any size
        b"\xff\xd8" + b"\xff\xe0\0\x02" * (MOST_SEGMENTS + 1),  # no end of segments
        b"\xff\xd8" + b"\xff" * 1000,
        webp(b"VP8 ", b"\0" * 20),
    ],
)
def test_what_says_no_size_is_no_picture(content):
    assert header(content) is None


def test_the_file_is_left_at_its_beginning():
    file = io.BytesIO(drawn("JPEG"))
    read(file)
    assert file.tell() == 0
