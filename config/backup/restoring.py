"""Replace all data of a site with a backup. If that fails, the old data stays."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.backup import archive
from config.backup.errors import BackupError
from config.backup.manifest import Manifest
from config.backup.site import Site

REPLACE = "To replace its content, add --replace."


@dataclass(frozen=True)
class Restored:
    manifest: Manifest
    files: int
    missing_migrations: list[str]  # newer than the backup; `migrate` must apply them


def restore(site: Site, path: Path, *, replace: bool = False) -> Restored:
    """Restore a backup. Without `replace`, the site must be empty."""
    if not path.is_file():
        raise BackupError(f"There is no backup at {path}.")
    site.require_owner()
    try:
        with site.stopped():
            return _restore(site, path, replace)
    except OSError as error:
        raise BackupError(f"The backup could not be restored: {error}.") from error


def _restore(site: Site, path: Path, replace: bool) -> Restored:
    manifest = archive.read_manifest(path)
    missing = manifest.require_readable(site.database.vendor)
    site.database.require_compatible(manifest)
    if not replace:
        _require_empty(site)
    site.database.require_unused()
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=site.home) as name:
        unpacked = Path(name)
        files = archive.unpack(path, unpacked, set(site.folders))
        with ExitStack() as changes:
            dumped = unpacked / archive.DATABASE
            changes.enter_context(site.database.replaced_by(dumped, manifest))
            for folder, place in site.folders.items():
                aside = unpacked / f"before-{folder}"
                changes.enter_context(_replaced(place, new=unpacked / folder, aside=aside))
    return Restored(manifest, files, missing)


def _require_empty(site: Site) -> None:
    if not site.database.is_empty():
        raise BackupError(f"The database is not empty. {REPLACE}")
    for folder in site.folders.values():
        if folder.exists() and any(folder.iterdir()):
            raise BackupError(f"{folder} is not empty. {REPLACE}")


@contextmanager
def _replaced(folder: Path, *, new: Path, aside: Path) -> Iterator[None]:
    """Replace the files in `folder` with the files in the folder `new`.

    An exception in the block restores the old files from `aside`.
    """
    aside.mkdir()
    new.mkdir(exist_ok=True)
    try:
        _move_entries(folder, aside)
        try:
            for path, _, _ in os.walk(new, topdown=False):
                _set_mode_from_entries(Path(path))
            if not folder.exists() and any(new.iterdir()):
                folder.mkdir(parents=True)
                shutil.copymode(new, folder)
            _move_entries(new, folder)
            yield
        except BaseException:
            _move_entries(folder, new)
            raise
    except BaseException:
        _move_entries(aside, folder)
        raise


def _move_entries(source: Path, target: Path) -> None:
    """Move each entry separately, because the folder itself may be a mount point."""
    for entry in list(source.iterdir()) if source.exists() else []:
        shutil.move(entry, target / entry.name)


def _set_mode_from_entries(folder: Path) -> None:
    """Make a folder readable by everyone if a file in it is: archives store no folder modes."""
    with os.scandir(folder) as entries:
        is_open = any(entry.stat(follow_symlinks=False).st_mode & 0o044 for entry in entries)
    folder.chmod(0o755 if is_open else 0o700)
