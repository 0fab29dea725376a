"""Pictures of people: whatever is uploaded, what we keep was drawn by us.

An upload is hostile until decoded: its size, kind and pixels are bounded before a pixel is
decoded, and only the pixels survive (no EXIF, so no place and no date; no second frame).
"""

import io
import secrets
import warnings

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.models import User

KINDS = ("JPEG", "PNG", "WEBP", "GIF")
MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000
SIDE = 400  # pixels; the largest avatar on a page is 112 CSS pixels, on a dense screen 336
QUALITY = 84


def redraw(upload: "File[bytes]") -> "ContentFile[bytes]":
    """A square WebP of SIDE pixels.

    Raises ValidationError, with words for a person, for what is no picture or too large.
    """
    if (upload.size or 0) > MAX_BYTES:
        raise ValidationError(_("That picture is larger than 8 MB."), code="too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(upload, formats=KINDS) as image:
                return _square(image)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as bomb:
        raise _too_many_pixels() from bomb
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as broken:
        raise ValidationError(
            _("That file cannot be read as a JPEG, PNG, WebP or GIF picture."), code="unreadable"
        ) from broken


def wear(user: User, picture: "ContentFile[bytes]") -> None:
    """Make what `redraw` drew this person's picture, under a name that nobody can guess."""
    old = user.picture.name
    user.picture.save(f"{secrets.token_urlsafe(16)}.webp", picture, save=False)
    user.save(update_fields=["picture"])
    _forget(user, old)


def take_off(user: User) -> None:
    old = user.picture.name
    user.picture = ""
    user.save(update_fields=["picture"])
    _forget(user, old)


def _square(image: Image.Image) -> "ContentFile[bytes]":
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    image.draft("RGB", (SIDE * 2, SIDE * 2))  # a JPEG need not be decoded larger than this
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    fitted = ImageOps.fit(upright, (SIDE, SIDE), Image.Resampling.LANCZOS)
    # A new canvas carries none of the upload's metadata, colour profile included.
    canvas = Image.new("RGB", (SIDE, SIDE), "white")
    canvas.paste(fitted, mask=fitted.getchannel("A"))
    out = io.BytesIO()
    canvas.save(out, "WEBP", quality=QUALITY)
    return ContentFile(out.getvalue())


def _too_many_pixels() -> ValidationError:
    return ValidationError(
        _("That picture has more than 40 megapixels. Make it smaller first."),
        code="too_many_pixels",
    )


def _forget(user: User, name: str | None) -> None:
    if name:
        transaction.on_commit(lambda: user.picture.storage.delete(name))
