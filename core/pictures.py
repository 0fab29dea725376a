"""Pictures that people upload. A file may be hostile, so we re-encode it before anyone sees it.

First the file's size is checked, and the kind and the number of pixels in its header. Then a child
process with its own limits decodes the picture (picture_child.py), one picture at a time. If the
picture crashes the decoder or takes too much memory, only the child process ends.
"""

import io
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

import structlog
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _
from PIL import Image

from core import picture_headers
from core.picture_child import TOO_MANY_PIXELS, UNREADABLE
from core.refusals import Refusal

ACCEPT = "image/jpeg,image/png,image/webp,image/gif"
MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 16_000_000
MAX_WAIT = 5.0  # seconds to wait for another picture to be decoded
TIMEOUT = 30.0  # seconds; the child limits its own processor time to less
CHILD = Path(__file__).with_name("picture_child.py")

Shape = Literal["square", "within"]

log = structlog.get_logger(__name__)
_decoding = threading.Lock()  # one picture at a time, since each can take hundreds of megabytes


class Busy(Refusal):
    status = 503

    def __init__(self) -> None:
        message = "Other pictures are being prepared right now. Try again in a few seconds."
        super().__init__("busy", message)
        self.headers = {"Retry-After": "5"}


@dataclass(frozen=True)
class Picture:
    """A picture that we encoded."""

    file: "ContentFile[bytes]"
    width: int
    height: int

    @classmethod
    def of(cls, image: Image.Image, *, quality: int) -> "Picture":
        """Encode an image that our code created as a WebP file."""
        out = io.BytesIO()
        image.save(out, "WEBP", quality=quality)
        return cls(ContentFile(out.getvalue()), image.width, image.height)


def check(upload: "File[bytes]") -> None:
    """Raise ValidationError, with a message for people, if the file is not a picture or too large.

    Read only the header.
    """
    if (upload.size or 0) > MAX_BYTES:
        raise ValidationError(_("That picture is larger than 8 MB."), code="too_large")
    header = picture_headers.read(upload)
    if header is None:
        raise _unreadable()
    if header.pixels > MAX_PIXELS:
        raise _too_many_pixels()


def reencode(
    upload: "File[bytes]", *, shape: Shape, side: int, quality: int, max_wait: float = MAX_WAIT
) -> Picture:
    """Re-encode the upload's first frame, upright on white, as WebP.

    Crop it to a square of `side` pixels, or shrink it to fit "within" such a square. Wait at most
    `max_wait` seconds for other pictures, then raise Busy. Raise ValidationError if `check` does,
    or if the picture can't be decoded.
    """
    check(upload)
    with _one_at_a_time(max_wait):
        return _in_a_child(upload, [shape, str(side), str(quality), str(MAX_PIXELS)])


@contextmanager
def _one_at_a_time(max_wait: float) -> Iterator[None]:
    if not _decoding.acquire(timeout=max_wait):
        raise Busy
    try:
        yield
    finally:
        _decoding.release()


def _in_a_child(upload: IO[bytes] | "File[bytes]", arguments: list[str]) -> Picture:
    upload.seek(0)
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(CHILD), *arguments],
            input=upload.read(),
            capture_output=True,
            timeout=TIMEOUT,
            env={},
        )
    except subprocess.TimeoutExpired as error:
        raise _not_decoded() from error
    if child.returncode == UNREADABLE:
        raise _unreadable()
    if child.returncode == TOO_MANY_PIXELS:
        raise _too_many_pixels()
    if child.returncode:
        why = child.stderr[-200:].decode(errors="replace")
        log.warning("picture_not_decoded", code=child.returncode, why=why)
        raise _not_decoded()
    size, _newline, content = child.stdout.partition(b"\n")
    width, height = size.split()
    return Picture(ContentFile(content), int(width), int(height))


def _unreadable() -> ValidationError:
    return ValidationError(
        _("That file cannot be read as a JPEG, PNG, WebP or GIF picture."), code="unreadable"
    )


def _too_many_pixels() -> ValidationError:
    return ValidationError(
        _("That picture has more than 16 megapixels. Make it smaller first."),
        code="too_many_pixels",
    )


def _not_decoded() -> ValidationError:
    return ValidationError(
        _("We couldn’t process this picture. Save it again as a JPEG, then retry."),
        code="too_hard",
    )
