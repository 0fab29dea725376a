"""Evidence: a copy of the reported thing in its state when it was reported.

Copies of pictures are kept in a separate storage without public URLs. The queue shows the copies
only to staff who may read the report.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TypedDict

from django.conf import settings
from django.core.files.storage import default_storage, storages


class Line(TypedDict):
    at: str
    who: str
    text: str


class Evidence(TypedDict, total=False):
    """Text and pictures for the staff, collected by the app that the reported thing belongs to.

    The queue shows the evidence of all apps in the same way.
    """

    address: str  # path of the page of the reported thing, or of the Space in which it was reported
    facts: dict[str, str]
    sections: dict[str, list[Line]]
    pictures: dict[str, str]  # URL, or in a saved report the copy's file name -> description


def merge(one: Evidence, other: Evidence) -> Evidence:
    return {
        "facts": {**one.get("facts", {}), **other.get("facts", {})},
        "sections": {**one.get("sections", {}), **other.get("sections", {})},
        "pictures": {**one.get("pictures", {}), **other.get("pictures", {})},
    }


@contextmanager
def copying_pictures(evidence: Evidence) -> Iterator[Evidence]:
    """Yield the evidence with copies of its pictures, because authors may delete the originals.

    If the `with` block fails to save the report, delete the copies; see also `accounts.orphans`.
    """
    copies: dict[str, str] = {}
    try:
        for url, description in evidence.get("pictures", {}).items():
            if name := _copy(url):
                copies[name] = description
        yield {**evidence, "pictures": copies}
    except BaseException:
        for name in copies:
            storages["evidence"].delete(name)
        raise


def picture(evidence: Evidence, name: str) -> bytes | None:
    """Return a copied picture by name; None if it is not part of this evidence or was deleted."""
    copies = storages["evidence"]
    if name not in evidence.get("pictures", {}) or not copies.exists(name):
        return None
    with copies.open(name) as file:
        content: bytes = file.read()
        return content


def _copy(url: str) -> str:
    """Copy a picture; return the name of the copy, or "" if the picture was already deleted."""
    name = url.removeprefix(settings.MEDIA_URL)
    if not default_storage.exists(name):
        return ""
    copy = f"{secrets.token_urlsafe(16)}{PurePosixPath(name).suffix}"
    with default_storage.open(name) as file:
        return storages["evidence"].save(copy, file)
