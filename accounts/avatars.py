"""Profile pictures: squares that we redraw from what was uploaded."""

import secrets

from django.core.files.base import ContentFile, File
from django.db import transaction

from accounts.models import User
from core import pictures

SIDE = 400  # pixels; the largest avatar on a page is 112 CSS pixels, on a dense screen 336
QUALITY = 84


def redraw(upload: "File[bytes]") -> "ContentFile[bytes]":
    """A square WebP of SIDE pixels; raises as `pictures.redraw` does."""
    return pictures.redraw(upload, shape="square", side=SIDE, quality=QUALITY).file


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


def _forget(user: User, name: str | None) -> None:
    if name:
        transaction.on_commit(lambda: user.picture.storage.delete(name), robust=True)
