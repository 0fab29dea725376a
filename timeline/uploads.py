"""Pictures as they were uploaded, until the worker has redrawn them. Nobody reads them but it."""

import secrets
from datetime import timedelta

from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.utils import timezone

ORPHANED_AFTER = timedelta(days=1)


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


def forget_orphans(wanted: set[str]) -> None:
    """What no post waits for, since the request that brought it was never finished."""
    storage = _storage()
    if not storage.exists(""):
        return
    before = timezone.now() - ORPHANED_AFTER
    for name in set(storage.listdir("")[1]) - wanted:
        if storage.get_created_time(name) < before:
            storage.delete(name)


def _storage() -> Storage:
    return storages["uploads"]
