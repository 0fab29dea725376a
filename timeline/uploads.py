"""Pictures as they were uploaded, until the worker has redrawn them. Nobody reads them but it."""

import secrets

from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.db import transaction


def keep(upload: "File[bytes]") -> str:
    """Store it; returns the name. Whatever it was called goes no further."""
    name = _storage().save(f"{secrets.token_urlsafe(16)}.upload", upload)
    return str(name)


def open_upload(name: str) -> "File[bytes]":
    return _storage().open(name)


def forget(name: str) -> None:
    """On commit."""
    if name:
        transaction.on_commit(lambda: _storage().delete(name))


def _storage() -> Storage:
    return storages["uploads"]
