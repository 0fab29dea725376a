"""The picture of a post, as we redraw it."""

import secrets
from dataclasses import dataclass
from typing import Self

from django.core.files.base import ContentFile, File
from PIL import Image

from accounts import pictures

SIDE = 1600  # pixels; a post is at most 560 CSS pixels wide, on a dense screen 1680
QUALITY = 82


@dataclass(frozen=True)
class Picture:
    file: "ContentFile[bytes]"
    width: int
    height: int

    @classmethod
    def of(cls, image: Image.Image) -> Self:
        return cls(pictures.webp(image, quality=QUALITY), image.width, image.height)


def redraw(upload: "File[bytes]") -> Picture:
    """A WebP within SIDE pixels; raises ValidationError as `accounts.pictures.redraw` does."""
    return Picture.of(pictures.redraw(upload, within=SIDE, fit=_shrunk))


def new_name() -> str:
    """A name that nobody can guess: what is deleted is not found again."""
    return f"{secrets.token_urlsafe(16)}.webp"


def _shrunk(image: Image.Image) -> Image.Image:
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return image
