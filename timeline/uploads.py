"""Uploaded pictures in their original form, until the worker has redrawn them. They have no URL."""

import secrets

from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.db import transaction


def keep(upload: "File[bytes]") -> str:
    """Store an upload under a random name; return the name. The original name is dropped."""
    name = _storage().save(f"{secrets.token_urlsafe(16)}.upload", upload)
    return str(name)


def open_upload(name: str) -> "File[bytes]":
    return _storage().open(name)


def delete_on_commit(name: str) -> None:
    if name:
        transaction.on_commit(lambda: _storage().delete(name))


def _storage() -> Storage:
    return storages["uploads"]
