"""Decode and re-encode one picture in a separate process, which `pictures.reencode` starts.

    python -I picture_child.py SHAPE SIDE QUALITY MAX_PIXELS < upload > output

The output is a line "width height" followed by the WebP file. With the exit code UNREADABLE or
TOO_MANY_PIXELS the output is empty. Any other exit code except 0 means that the picture took more
memory or time than allowed, or crashed the decoder. In this case only this process ends, and its
memory is freed.

Only the pixels of the first frame are kept. EXIF is dropped, because it can contain the place and
the date. The colour profile is applied and dropped. This module imports no other module of this
project, because Python's isolated mode (-I) would not find it.
"""

import contextlib
import io
import os
import resource
import sys
import warnings

from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

KINDS = ("JPEG", "PNG", "WEBP", "GIF")
UNREADABLE, TOO_MANY_PIXELS = 3, 4  # exit codes; Python itself uses 1 and 2
MEMORY = 768 * 1024 * 1024  # bytes of address space; 16 megapixels take up to 323 MB
SECONDS = 10  # of processor time
NICENESS = 10  # rooms have priority
MODES = {
    "RGB": "RGB",
    "GRAY": "L",
    "CMYK": "CMYK",
}  # the profile's colour space -> mode of the picture
UPRIGHT_BY = {  # orientation in EXIF -> how to turn the picture
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class TooManyPixels(Exception):
    pass


def main(shape: str, side: int, quality: int, max_pixels: int) -> int:
    limit()
    upload = io.BytesIO(sys.stdin.buffer.read())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            require_whole(upload)
            with Image.open(upload, formats=KINDS) as image:
                rendered = render(image, shape, side, max_pixels)
    except (TooManyPixels, Image.DecompressionBombWarning, Image.DecompressionBombError):
        return TOO_MANY_PIXELS
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        return UNREADABLE
    sys.stdout.buffer.write(f"{rendered.width} {rendered.height}\n".encode())
    rendered.save(sys.stdout.buffer, "WEBP", quality=quality)
    return 0


def limit() -> None:
    os.nice(NICENESS)
    with contextlib.suppress(ValueError, OSError):  # macOS does not support this limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def render(image: Image.Image, shape: str, side: int, max_pixels: int) -> Image.Image:
    """Render the first frame upright in sRGB on white, cropped to a square or shrunk to fit."""
    if image.width * image.height > max_pixels:  # a frame can be larger than its header claims
        raise TooManyPixels
    image.draft("RGB", (side * 2, side * 2))  # a JPEG need not be decoded larger than this
    image.load()  # raises an error if the file is incomplete
    upright = in_eight_bits(turn_upright(image))
    if shape == "square":
        fitted = ImageOps.fit(upright, (side, side), Image.Resampling.LANCZOS)
    else:
        fitted = upright
        fitted.thumbnail((side, side), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", fitted.size, "white")
    mask = fitted.getchannel("A") if fitted.mode in ("LA", "RGBA") else None
    canvas.paste(in_srgb(fitted, image.info.get("icc_profile")), mask=mask)
    return canvas


def turn_upright(image: Image.Image) -> Image.Image:
    orientation = None
    with contextlib.suppress(Exception):  # invalid EXIF may raise any exception; ignore it
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    method = UPRIGHT_BY.get(orientation or 1)
    return image if method is None else image.transpose(method)


def in_eight_bits(image: Image.Image) -> Image.Image:
    """Convert to 8-bit grey, RGB or CMYK; keep the transparency and the colour space."""
    if image.mode.startswith("I"):  # 16-bit grey
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if "transparency" in image.info or image.mode in ("P", "PA"):
        return image.convert("RGBA")
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert the colours from the embedded profile to sRGB. Ignore a profile that is invalid or
    does not match the picture's mode."""
    colours = image.convert(image.mode.rstrip("A")) if image.mode in ("LA", "RGBA") else image
    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
            embedded = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            space = embedded.profile.xcolor_space.strip()
            if space == "RGB" and colours.mode == "L":
                colours = colours.convert("RGB")
            if MODES.get(space) == colours.mode:
                srgb = ImageCms.createProfile("sRGB")
                converted = ImageCms.profileToProfile(colours, embedded, srgb, outputMode="RGB")
                if converted is not None:
                    return converted
    return colours.convert("RGB")


def require_whole(upload: io.BytesIO) -> None:
    """Raise OSError for a PNG file that ends before its last chunk (RFC 2083, section 3).

    Pillow decodes such a file without an error. For other kinds, its decoders raise an error.
    """
    start = upload.read(8)
    kind = b""
    while start == b"\x89PNG\r\n\x1a\n" and kind != b"IEND":
        head = upload.read(8)
        length, kind = int.from_bytes(head[:4]), head[4:]
        if len(head) < 8 or len(upload.read(length + 4)) < length + 4:
            raise OSError("cut off")
    upload.seek(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *(int(number) for number in sys.argv[2:5])))
