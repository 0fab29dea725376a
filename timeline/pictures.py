"""The picture of a post, as we redraw it."""

import secrets

from django.core.files.base import File

from core import pictures
from core.pictures import Picture

SIDE = 1600  # pixels; a post is at most 560 CSS pixels wide, on a dense screen 1680
QUALITY = 82


def redraw(upload: "File[bytes]", *, patience: float = pictures.PATIENCE) -> Picture:
    """A WebP within SIDE pixels; raises as `core.pictures.redraw` does."""
    return pictures.redraw(upload, shape="within", side=SIDE, quality=QUALITY, patience=patience)


def new_name() -> str:
    """A name that nobody can guess: what is deleted is not found again."""
    return f"{secrets.token_urlsafe(16)}.webp"
