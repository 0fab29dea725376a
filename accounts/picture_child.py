"""Redraws one picture, in a process of its own, which `pictures.redraw` starts.

    python -I picture_child.py SHAPE SIDE QUALITY MAX_PIXELS < upload > answer

The answer is a line "width height" and the WebP behind it, or with exit code UNREADABLE or
TOO_MANY_PIXELS nothing. Any other end means that the picture took more memory or time than is
allowed, or broke the decoder: then nothing but this process is lost. All its memory is given back.

Only the pixels of the first frame survive: no EXIF, so no place and no date, no colour profile.
It imports nothing of ours, since it is started in isolation.
"""

import contextlib
import io
import os
import resource
import sys
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

KINDS = ("JPEG", "PNG", "WEBP", "GIF")
UNREADABLE, TOO_MANY_PIXELS = 3, 4  # exit codes; Python itself ends with 1 and 2
MEMORY = 768 * 1024 * 1024  # bytes of address space; 16 megapixels take up to 361 MB
SECONDS = 10  # of processor time
NICENESS = 10  # rooms come first


class TooManyPixels(Exception):
    pass


def main(shape: str, side: int, quality: int, max_pixels: int) -> int:
    limit()
    upload = io.BytesIO(sys.stdin.buffer.read())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(upload, formats=KINDS) as image:
                drawn = draw(image, shape, side, max_pixels)
    except (TooManyPixels, Image.DecompressionBombWarning, Image.DecompressionBombError):
        return TOO_MANY_PIXELS
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        return UNREADABLE
    sys.stdout.buffer.write(f"{drawn.width} {drawn.height}\n".encode())
    drawn.save(sys.stdout.buffer, "WEBP", quality=quality)
    return 0


def limit() -> None:
    os.nice(NICENESS)
    with contextlib.suppress(ValueError, OSError):  # macOS knows no limit of memory
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def draw(image: Image.Image, shape: str, side: int, max_pixels: int) -> Image.Image:
    """The first frame, upright, on white: a square of `side`, or shrunk to fit within it."""
    if image.width * image.height > max_pixels:  # a frame can be larger than the header says
        raise TooManyPixels
    image.draft("RGB", (side * 2, side * 2))  # a JPEG need not be decoded larger than this
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    if shape == "square":
        fitted = ImageOps.fit(upright, (side, side), Image.Resampling.LANCZOS)
    else:
        fitted = upright
        fitted.thumbnail((side, side), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", fitted.size, "white")
    canvas.paste(fitted, mask=fitted.getchannel("A"))
    return canvas


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *(int(number) for number in sys.argv[2:5])))
