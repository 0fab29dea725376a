"""Delete orphans: stored files that no row refers to.

A file is stored before the row that refers to it. If saving the row fails, or the process is killed
before that, the file becomes an orphan. Each app lists its folders; an hourly task checks them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.storage import Storage, storages
from django.utils import timezone

from accounts.models import Export, User

ORPHAN_AFTER = timedelta(days=1)  # the row of a younger file may not be saved yet


@dataclass(frozen=True)
class Folder:
    storage: str  # a key of settings.STORAGES
    path: str  # in that storage; "" for the whole storage
    referenced: Callable[[], Iterable[str]]  # the names of all files that rows refer to


FOLDERS = [
    Folder("exports", "", lambda: Export.objects.values_list("file", flat=True).iterator()),
    Folder("default", "avatars", lambda: User.objects.values_list("picture", flat=True).iterator()),
]


def delete(folders: Iterable[Folder] = FOLDERS) -> int:
    """Delete orphans that are older than ORPHAN_AFTER; return how many were deleted."""
    return sum(_delete_from(folder, storages[folder.storage]) for folder in folders)


def _delete_from(folder: Folder, storage: Storage) -> int:
    before = timezone.now() - ORPHAN_AFTER
    old = {name for name in _files(folder, storage) if _is_older(storage, name, before)}
    # Query after listing, because a file's row may have been saved in the meantime.
    orphans = old.difference(folder.referenced()) if old else set()
    for name in orphans:
        storage.delete(name)
    return len(orphans)


def _files(folder: Folder, storage: Storage) -> Iterable[str]:
    if not storage.exists(folder.path):
        return
    for name in storage.listdir(folder.path)[1]:
        if not name.startswith("."):
            yield f"{folder.path}/{name}" if folder.path else name


def _is_older(storage: Storage, name: str, before: datetime) -> bool:
    try:
        return bool(storage.get_modified_time(name) < before)
    except FileNotFoundError:  # deleted after it was listed
        return False
