"""Pictures that people upload: hostile until decoded, and redrawn by us before anybody sees them.

Size, kind and pixels are bounded before a pixel is decoded, and only the pixels survive (no EXIF,
so no place and no date; no second frame).
"""

import io
import warnings
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

KINDS = ("JPEG", "PNG", "WEBP", "GIF")
ACCEPT = "image/jpeg,image/png,image/webp,image/gif"
MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000


def redraw(
    upload: "File[bytes]", *, within: int, fit: Callable[[Image.Image], Image.Image]
) -> Image.Image:
    """The upload's first frame, upright, cut or shrunk by `fit`, on white.

    `within`: a side that need not be decoded larger. Raises ValidationError, with words for a
    person, for what is no picture or too large.
    """
    if (upload.size or 0) > MAX_BYTES:
        raise ValidationError(_("That picture is larger than 8 MB."), code="too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(upload, formats=KINDS) as image:
                return _drawn(image, within, fit)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as bomb:
        raise _too_many_pixels() from bomb
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as broken:
        raise ValidationError(
            _("That file cannot be read as a JPEG, PNG, WebP or GIF picture."), code="unreadable"
        ) from broken


def webp(image: Image.Image, *, quality: int) -> "ContentFile[bytes]":
    out = io.BytesIO()
    image.save(out, "WEBP", quality=quality)
    return ContentFile(out.getvalue())


def _drawn(
    image: Image.Image, within: int, fit: Callable[[Image.Image], Image.Image]
) -> Image.Image:
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    image.draft("RGB", (within, within))  # a JPEG need not be decoded larger than this
    fitted = fit(ImageOps.exif_transpose(image).convert("RGBA"))
    # A new canvas carries none of the upload's metadata, colour profile included.
    canvas = Image.new("RGB", fitted.size, "white")
    canvas.paste(fitted, mask=fitted.getchannel("A"))
    return canvas


def _too_many_pixels() -> ValidationError:
    return ValidationError(
        _("That picture has more than 40 megapixels. Make it smaller first."),
        code="too_many_pixels",
    )
