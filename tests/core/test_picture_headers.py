"""The kind and the size of a picture are read without decoding it."""

import io
import struct

import pytest
from PIL import Image

from core.picture_headers import MAX_SEGMENTS, Header, read


def encoded(kind, size=(37, 23), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue()


def header(content):
    return read(io.BytesIO(content))


FRAMES = [Image.new("RGB", (37, 23), colour) for colour in ("red", "blue")]
REAL = {
    "a photograph": ("JPEG", encoded("JPEG")),
    "a progressive photograph": ("JPEG", encoded("JPEG", progressive=True)),
    "a photograph with much metadata": (
        "JPEG",
        encoded("JPEG", icc_profile=b"p" * 300_000, comment=b"c" * 60_000),
    ),
    "a drawing": ("PNG", encoded("PNG", mode="RGBA")),
    "a drawing with a profile": ("PNG", encoded("PNG", icc_profile=b"p" * 300_000)),
    "an animation": ("GIF", encoded("GIF", save_all=True, append_images=FRAMES)),
    "an old animation": ("GIF", encoded("GIF").replace(b"GIF89a", b"GIF87a")),
    "a lossy WebP": ("WEBP", encoded("WEBP")),
    "a lossless WebP": ("WEBP", encoded("WEBP", lossless=True)),
    "a transparent WebP": ("WEBP", encoded("WEBP", mode="RGBA", exact=True)),
    "an animated WebP": ("WEBP", encoded("WEBP", save_all=True, append_images=FRAMES)),
}


@pytest.mark.parametrize(("kind", "content"), REAL.values(), ids=REAL)
def test_the_size_of_a_real_picture_is_read(kind, content):
    assert header(content) == Header(kind, 37, 23)


@pytest.mark.parametrize(("kind", "content"), REAL.values(), ids=REAL)
def test_a_picture_that_was_cut_off_anywhere_raises_no_error(kind, content):
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
def test_the_size_of_a_decompression_bomb_is_read(content, pixels):
    assert header(content).pixels == pixels


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"BM" + b"\0" * 60,
        b"GIF89a\0\0\x10\0",  # no width
        b"\xff\xd8\xff\xda\0\x02",  # pixels before any size
        b"\xff\xd8" + b"\xff\xe0\0\x02" * (MAX_SEGMENTS + 1),  # no end of segments
        b"\xff\xd8" + b"\xff" * 1000,
        webp(b"VP8 ", b"\0" * 20),
    ],
)
def test_a_file_without_a_size_is_not_a_picture(content):
    assert header(content) is None


def test_reading_leaves_the_file_at_its_start():
    file = io.BytesIO(encoded("JPEG"))
    read(file)
    assert file.tell() == 0
