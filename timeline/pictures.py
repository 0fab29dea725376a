"""The picture of a post, as we reencode it."""

import secrets

from django.core.files.base import File

from core import pictures
from core.pictures import Picture

SIDE = 1600  # pixels; a post is at most 560 CSS pixels wide, on a dense screen 1680
QUALITY = 82


def reencode(upload: "File[bytes]", *, max_wait: float = pictures.MAX_WAIT) -> Picture:
    """Return a WebP of at most SIDE pixels. Raise the same errors as `core.pictures.reencode`."""
    return pictures.reencode(upload, shape="within", side=SIDE, quality=QUALITY, max_wait=max_wait)


def new_name() -> str:
    """Return a random file name, so that nobody can guess the URL of a picture."""
    return f"{secrets.token_urlsafe(16)}.webp"
