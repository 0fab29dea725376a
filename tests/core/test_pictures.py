"""Pictures are decoded one at a time, in a process of their own, after a look at the header."""

import io
import resource
import threading
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image

from core import pictures
from core.pictures import Busy, check, reencode

SQUARE = {"shape": "square", "side": 40, "quality": 80}


def upload(image, kind="PNG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return ContentFile(out.getvalue(), name="x")


def error_code(function, *arguments, **options):
    with pytest.raises(ValidationError) as refused:
        function(*arguments, **options)
    return refused.value.code


def test_a_decompression_bomb_is_refused_by_its_header_without_starting_a_process(monkeypatch):
    monkeypatch.setattr(pictures, "CHILD", "/nowhere")
    for kind in ("PNG", "JPEG", "GIF", "WEBP"):
        bomb = upload(Image.new("L" if kind == "GIF" else "RGB", (4000, 4001)), kind)
        assert error_code(check, bomb) == error_code(reencode, bomb, **SQUARE) == "too_many_pixels"


def test_16_megapixels_are_decoded_outside_of_this_process():
    def peak_memory():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # KiB, the maximum so far

    large = upload(Image.new("RGB", (4000, 4000), "navy"))
    before = peak_memory()
    assert reencode(large, **SQUARE).width == 40
    assert peak_memory() - before < 16 * 1024


def test_a_frame_that_is_larger_than_the_header_says_is_refused():
    false_header = bytearray(upload(Image.new("L", (4000, 4001)), "GIF").read())
    false_header[6:10] = b"\x10\0\x10\0"  # the screen size; the frame keeps its own
    assert (
        error_code(reencode, ContentFile(bytes(false_header), name="x"), **SQUARE)
        == "too_many_pixels"
    )


def test_a_long_animation_is_decoded_like_one_frame():
    frames = [Image.new("P", (900, 900), shade) for shade in range(200)]
    many = upload(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert reencode(many, **SQUARE).height == 40


def png_with(chunk, body):
    """A small PNG picture with one more chunk."""
    whole = upload(Image.new("RGB", (9, 9))).read()
    length, check = len(body).to_bytes(4), zlib.crc32(chunk + body).to_bytes(4)
    return ContentFile(whole[:33] + length + chunk + body + check + whole[33:], name="x")


@pytest.mark.parametrize(
    ("chunk", "prefix"), [(b"iCCP", b"profile\0\0"), (b"zTXt", b"words\0\0"), (b"iTXt", b"")]
)
def test_metadata_that_unpacks_to_a_huge_size_does_no_harm(chunk, prefix):
    body = prefix or b"words\0\x01\0\0\0"
    picture = png_with(chunk, body + zlib.compress(b"\0" * 200_000_000))
    try:
        drawn = reencode(picture, **SQUARE)
    except ValidationError as refused:
        assert refused.code in ("unreadable", "too_hard")
    else:
        assert drawn.width == 40


def test_a_picture_that_crashes_the_decoder_is_refused(tmp_path, monkeypatch):
    broken = tmp_path / "child.py"
    broken.write_text("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    monkeypatch.setattr(pictures, "CHILD", broken)
    with pytest.raises(ValidationError, match="We couldn’t process this picture") as refused:
        reencode(upload(Image.new("RGB", (9, 9))), **SQUARE)
    assert refused.value.code == "too_hard"


def test_a_decoder_that_does_not_end_is_stopped(tmp_path, monkeypatch):
    endless = tmp_path / "child.py"
    endless.write_text("import time; time.sleep(600)")
    monkeypatch.setattr(pictures, "CHILD", endless)
    monkeypatch.setattr(pictures, "TIMEOUT", 0.2)
    assert error_code(reencode, upload(Image.new("RGB", (9, 9))), **SQUARE) == "too_hard"


def test_a_picture_that_waits_too_long_for_the_decoder_is_refused(tmp_path, monkeypatch):
    slow, started, proceed = tmp_path / "child.py", tmp_path / "started", tmp_path / "go_on"
    slow.write_text(
        "import os, pathlib, sys\n"
        f"os.mkfifo({str(proceed)!r})\n"
        f"pathlib.Path({str(started)!r}).touch()\n"
        f"open({str(proceed)!r}).read(); print('40 40')"
    )
    monkeypatch.setattr(pictures, "CHILD", slow)
    small = upload(Image.new("RGB", (9, 9)))
    first = threading.Thread(target=reencode, args=[small], kwargs=SQUARE)
    first.start()
    while not started.exists():
        first.join(0.01)
    with pytest.raises(Busy) as refused:
        reencode(upload(Image.new("RGB", (9, 9))), **SQUARE, max_wait=0)
    assert (refused.value.status, refused.value.headers) == (503, {"Retry-After": "5"})
    assert "Try again" in refused.value.message
    proceed.write_text("")
    first.join()


def test_ten_concurrent_pictures_are_decoded_one_after_another(tmp_path, monkeypatch):
    """Each decoder creates the same folder, which fails while another decoder runs."""
    child = tmp_path / "child.py"
    child.write_text(
        "import os, sys\n"
        f"os.mkdir({str(tmp_path / 'here')!r})\n"  # fails while another one runs
        f"os.rmdir({str(tmp_path / 'here')!r})\n"
        "print('40 40')"
    )
    monkeypatch.setattr(pictures, "CHILD", child)
    drawn = []

    def draw():
        drawn.append(reencode(upload(Image.new("RGB", (9, 9))), **SQUARE, max_wait=30))

    threads = [threading.Thread(target=draw) for _ in range(10)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(drawn) == 10
