"""Files that no row names.

A file is stored before the row that names it: where the row is then refused, or the process is
killed between the two, the file stays behind. Each app names its folders; a task looks hourly.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.storage import Storage, storages
from django.utils import timezone

from accounts.models import Export, User

ORPHAN_AFTER = timedelta(days=1)  # what is younger may be waiting for its row


@dataclass(frozen=True)
class Folder:
    storage: str  # a key of settings.STORAGES
    path: str  # in that storage; "" for all of it
    named: Callable[[], Iterable[str]]  # the names of all files that rows refer to


FOLDERS = [
    Folder("exports", "", lambda: Export.objects.values_list("file", flat=True).iterator()),
    Folder("default", "avatars", lambda: User.objects.values_list("picture", flat=True).iterator()),
]


def forget(folders: Iterable[Folder] = FOLDERS) -> int:
    """Delete the orphans that have waited for long enough; returns how many there were."""
    return sum(_forget(folder, storages[folder.storage]) for folder in folders)


def _forget(folder: Folder, storage: Storage) -> int:
    before = timezone.now() - ORPHAN_AFTER
    old = {name for name in _files(folder, storage) if _is_older(storage, name, before)}
    # Asked after looking: whatever got its row meanwhile is named.
    orphans = old.difference(folder.named()) if old else set()
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
    except FileNotFoundError:  # deleted since it was listed
        return False
