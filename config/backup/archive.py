"""The archive: a tar file with the manifest, the database, the files, and checksums of all these.

Archives are written and read as streams, so neither large files nor many files need much memory.
The checksums come last, in the format of `sha256sum`; without them, the archive is incomplete.
"""

import hashlib
import io
import os
import stat
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from config.backup.errors import BackupError
from config.backup.manifest import Manifest

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
DATABASE = "database"  # the compressed copy of SQLite's file, or pg_dump's custom format
MANIFEST_LIMIT = 1 << 20  # bytes
BLOCK = 1 << 16  # bytes

NOT_A_BACKUP = "This is not a backup of Spaces."
DAMAGED = "The archive is damaged or was cut off: {}. Use another backup."


class ArchiveWriter:
    """Writes an archive to a stream: first the manifest, then the database, then the files.

    The checksums are collected in a temporary file in `folder`, because there may be many, and /tmp
    may be in memory.
    """

    def __init__(self, stream: IO[bytes], folder: Path) -> None:
        self._tar = tarfile.open(fileobj=stream, mode="w|")  # noqa: SIM115 - closed by finish
        self._sums = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by finish
        self.files = 0

    def add_manifest(self, manifest: Manifest) -> None:
        packed = manifest.pack()
        self._add(tarfile.TarInfo(MANIFEST), len(packed), io.BytesIO(packed))

    def add_database(self, path: Path) -> None:
        with open(path, "rb") as file:
            self._add_file(DATABASE, file)

    def add_folder(self, name: str, folder: Path) -> list[Path]:
        """Add all files in the folder; return the paths that were left out, such as links."""
        left_out = []
        for path in _walk(folder):
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            except FileNotFoundError:  # deleted after the folder was listed
                continue
            except OSError as error:
                if not path.is_symlink():
                    raise BackupError(f"{path} cannot be read: {error.strerror}.") from error
                left_out.append(path)
                continue
            with open(descriptor, "rb") as file:
                if stat.S_ISREG(os.fstat(descriptor).st_mode):
                    self._add_file(f"{name}/{path.relative_to(folder).as_posix()}", file)
                    self.files += 1
                else:
                    left_out.append(path)
        return left_out

    def finish(self) -> None:
        with self._sums as sums:
            size = sums.tell()
            sums.seek(0)
            member = tarfile.TarInfo(SUMS)
            member.size = size
            self._tar.addfile(member, sums)
        self._tar.close()

    def _add_file(self, name: str, file: IO[bytes]) -> None:
        found = os.fstat(file.fileno())
        member = tarfile.TarInfo(name)
        member.mode, member.mtime = stat.S_IMODE(found.st_mode), int(found.st_mtime)
        self._add(member, found.st_size, file)

    def _add(self, member: tarfile.TarInfo, size: int, content: IO[bytes]) -> None:
        member.size = size
        summing = _Summing(content)
        try:
            self._tar.addfile(member, summing)
        except OSError as error:
            if "unexpected end of data" not in str(error):
                raise
            raise BackupError(
                f"{member.name} became shorter while it was read. Try again."
            ) from error
        _forget_members(self._tar)
        self._sums.write(sum_line(summing.sum.hexdigest(), member.name))


class _Summing:
    """A file that computes its checksum while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.sum = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.sum.update(data)
        return data


def _forget_members(tar: tarfile.TarFile) -> None:
    """Free memory: tarfile keeps a list of all members."""
    tar.members = []  # type: ignore[attr-defined]  # public, but not in the stubs


def sum_line(digest: str, name: str) -> bytes:
    return f"{digest}  ".encode() + os.fsencode(name) + b"\n"


def read_manifest(archive: Path) -> Manifest:
    with _opened(archive) as tar:
        member = tar.next()
        content = tar.extractfile(member) if member is not None and member.isreg() else None
        if member is None or member.name != MANIFEST or content is None:
            raise BackupError(NOT_A_BACKUP)
        return Manifest.unpack(content.read(MANIFEST_LIMIT))


def unpack(archive: Path, into: Path, folders: set[str]) -> int:
    """Unpack into an empty private folder, then compare the checksums; return the number of files.

    Raise BackupError if the archive is damaged, or contains anything that no backup contains. The
    caller must then delete the unpacked files.
    """
    files = 0
    previous = ""
    with _opened(archive) as tar, tempfile.TemporaryFile(dir=into) as sums:
        while (member := tar.next()) is not None:
            _require_safe(member, previous, folders)
            content = tar.extractfile(member)
            if content is None:
                raise BackupError(DAMAGED.format(f"{member.name} has no content"))
            if member.name == SUMS:
                _compare_sums(content, sums)
            else:
                sums.write(sum_line(_write(content, member, into), member.name))
                files += member.name not in (MANIFEST, DATABASE)
            previous = member.name
            _forget_members(tar)
    if previous != SUMS:
        raise BackupError(DAMAGED.format("its end is missing"))
    return files


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    with open(archive, "rb") as stream:
        try:
            tar = tarfile.open(fileobj=stream, mode="r|")  # noqa: SIM115 - `stream` is closed instead
        except tarfile.TarError as error:
            raise BackupError(NOT_A_BACKUP) from error
        try:
            yield tar
        except (tarfile.TarError, EOFError) as error:
            raise BackupError(DAMAGED.format("its end is missing")) from error


def _require_safe(member: tarfile.TarInfo, previous: str, folders: set[str]) -> None:
    """Raise BackupError unless the member is a plain file with an expected path and position."""
    path = PurePosixPath(member.name)
    plain = member.isreg() and not member.issparse() and not member.linkname
    # PurePosixPath would normalize "a//b" and "a/./b".
    direct = str(path) == member.name and not path.is_absolute() and ".." not in path.parts
    if not plain or not direct or "\0" in member.name:
        raise BackupError(
            f"The archive contains {member.name!r}, which no backup of Spaces contains."
        )
    required = {"": MANIFEST, MANIFEST: DATABASE}.get(previous)
    if required is None and previous != SUMS:
        expected = member.name == SUMS or (len(path.parts) > 1 and path.parts[0] in folders)
    else:
        expected = member.name == required
    if not expected:
        raise BackupError(f"The archive contains {member.name!r} in the wrong position.")


def _write(content: IO[bytes], member: tarfile.TarInfo, into: Path) -> str:
    """Write a member to its file; return the checksum."""
    target = into / member.name
    digest = hashlib.sha256()
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Restore only read and write permissions, because no stored file needs to be executable.
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except (FileExistsError, NotADirectoryError) as error:
        raise BackupError(f"The archive contains {member.name!r} twice.") from error
    with open(descriptor, "wb") as file:
        while block := content.read(BLOCK):
            digest.update(block)
            file.write(block)
        if file.tell() != member.size:
            raise BackupError(DAMAGED.format(f"{member.name} is incomplete"))
    os.chmod(target, member.mode & 0o666 | 0o600)
    return digest.hexdigest()


def _compare_sums(recorded: IO[bytes], computed: IO[bytes]) -> None:
    computed.seek(0)
    for line in computed:
        if recorded.readline(len(line) + 1) != line:
            name = os.fsdecode(line.partition(b"  ")[2].rstrip(b"\n"))
            raise BackupError(DAMAGED.format(f"the checksum of {name} is wrong"))
    if recorded.read(1):
        raise BackupError(DAMAGED.format("a file is missing"))


def _walk(folder: Path) -> Iterator[Path]:
    """Yield all paths below the folder that are not folders. Don't follow links."""
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:  # nothing is stored yet, or the folder was deleted in the meantime
        return
    except OSError as error:
        raise BackupError(f"{folder} cannot be read: {error.strerror}.") from error
    with entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path))
            else:
                yield Path(entry.path)
