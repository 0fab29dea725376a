"""What was to be seen of a reported thing: kept as it was, whatever becomes of the thing."""

import secrets
from pathlib import PurePosixPath
from typing import TypedDict

from django.conf import settings
from django.core.files.storage import default_storage


class Line(TypedDict):
    at: str
    who: str
    text: str


class Evidence(TypedDict, total=False):
    """In words that the staff read; whoever gathers it knows its app, who shows it does not."""

    address: str  # where it was seen
    facts: dict[str, str]
    sections: dict[str, list[Line]]
    pictures: dict[str, str]  # address -> what it is


def together(one: Evidence, other: Evidence) -> Evidence:
    return {
        "facts": {**one.get("facts", {}), **other.get("facts", {})},
        "sections": {**one.get("sections", {}), **other.get("sections", {})},
        "pictures": {**one.get("pictures", {}), **other.get("pictures", {})},
    }


def kept(evidence: Evidence) -> Evidence:
    """With copies of its pictures: an author may take theirs away before somebody looks."""
    pictures = evidence.get("pictures", {})
    return {**evidence, "pictures": {_copy(url): words for url, words in pictures.items()}}


def _copy(url: str) -> str:
    name = url.removeprefix(settings.MEDIA_URL)
    if name == url or not default_storage.exists(name):
        return url
    copy = f"evidence/{secrets.token_urlsafe(16)}{PurePosixPath(name).suffix}"
    with default_storage.open(name) as picture:
        return default_storage.url(default_storage.save(copy, picture))
