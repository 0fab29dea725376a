"""Uploaded original pictures, until the worker has re-encoded them. They have no URL."""

import secrets

from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.db import transaction


def store(upload: "File[bytes]") -> str:
    """Store an upload under a random name, without its original name; return the random name."""
    name = _storage().save(f"{secrets.token_urlsafe(16)}.upload", upload)
    return str(name)


def open_upload(name: str) -> "File[bytes]":
    return _storage().open(name)


def delete_on_commit(name: str) -> None:
    if name:
        transaction.on_commit(lambda: _storage().delete(name))


def _storage() -> Storage:
    return storages["uploads"]
