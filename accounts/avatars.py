"""Profile pictures: square WebP files, which we encode from the uploaded file."""

import secrets

from django.core.files.base import ContentFile, File
from django.db import transaction

from accounts.models import User
from core import pictures

SIDE = 400  # pixels; the largest avatar on a page has 112 CSS pixels, or 336 on a dense screen
QUALITY = 84


def reencode(upload: "File[bytes]") -> "ContentFile[bytes]":
    """Return a square WebP of SIDE pixels. Raise the same errors as `pictures.reencode`."""
    return pictures.reencode(upload, shape="square", side=SIDE, quality=QUALITY).file


def set_picture(user: User, picture: "ContentFile[bytes]") -> None:
    """Save a picture returned by `reencode` as this person's picture, under a random file name."""
    old = user.picture.name
    user.picture.save(f"{secrets.token_urlsafe(16)}.webp", picture, save=False)
    user.save(update_fields=["picture"])
    _delete_file_on_commit(user, old)


def remove_picture(user: User) -> None:
    old = user.picture.name
    user.picture = ""
    user.save(update_fields=["picture"])
    _delete_file_on_commit(user, old)


def _delete_file_on_commit(user: User, name: str | None) -> None:
    if name:
        transaction.on_commit(lambda: user.picture.storage.delete(name), robust=True)
