"""The format in which pictures of posts are stored."""

import secrets

from django.core.files.base import File

from core import pictures
from core.pictures import Picture

SIDE = 1600  # pixels; a post is at most 560 CSS pixels wide: 1680 pixels on a dense screen
QUALITY = 82


def reencode(upload: "File[bytes]", *, max_wait: float = pictures.MAX_WAIT) -> Picture:
    """Re-encode a picture as WebP, with sides of at most SIDE pixels.

    Raise the same errors as `core.pictures.reencode`.
    """
    return pictures.reencode(upload, shape="within", side=SIDE, quality=QUALITY, max_wait=max_wait)


def new_name() -> str:
    """Return a random file name, so that nobody can guess the URL of a picture."""
    return f"{secrets.token_urlsafe(16)}.webp"
