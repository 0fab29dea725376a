"""What was to be seen of a reported thing: kept as it was, whatever becomes of the thing.

Copies of pictures stand in a storage of their own, which no address leads to: the queue shows them
to the staff, once it has asked for their rights.
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
    """In words that the staff read; whoever gathers it knows its app, who shows it does not."""

    address: str  # where it was seen
    facts: dict[str, str]
    sections: dict[str, list[Line]]
    pictures: dict[str, str]  # address (once kept: name of the copy) -> what it is


def together(one: Evidence, other: Evidence) -> Evidence:
    return {
        "facts": {**one.get("facts", {}), **other.get("facts", {})},
        "sections": {**one.get("sections", {}), **other.get("sections", {})},
        "pictures": {**one.get("pictures", {}), **other.get("pictures", {})},
    }


@contextmanager
def kept(evidence: Evidence) -> Iterator[Evidence]:
    """With copies of its pictures: an author may take theirs away before somebody looks. The copies
    are deleted again if the report that is to name them fails; see also `accounts.orphans`."""
    copies: dict[str, str] = {}
    try:
        for url, words in evidence.get("pictures", {}).items():
            if name := _copy(url):
                copies[name] = words
        yield {**evidence, "pictures": copies}
    except BaseException:
        for name in copies:
            storages["evidence"].delete(name)
        raise


def picture(evidence: Evidence, name: str) -> bytes | None:
    """One of the pictures that were kept with it."""
    copies = storages["evidence"]
    if name not in evidence.get("pictures", {}) or not copies.exists(name):
        return None
    with copies.open(name) as file:
        content: bytes = file.read()
        return content


def _copy(url: str) -> str:
    """The name of the copy; "" when the picture is gone already."""
    name = url.removeprefix(settings.MEDIA_URL)
    if not default_storage.exists(name):
        return ""
    copy = f"{secrets.token_urlsafe(16)}{PurePosixPath(name).suffix}"
    with default_storage.open(name) as file:
        return storages["evidence"].save(copy, file)
