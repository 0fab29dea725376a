"""The files of one Space's stream, in a folder that a web server may serve as it is.

A file gets its name when it is complete, and the playlist names only files that exist. The modes
are set explicitly, because a web server runs as another user.
"""

import os
import shutil
import time
from collections import deque
from contextlib import suppress
from pathlib import Path

import structlog

from audio.hls.encoding import MediaSegment
from audio.hls.playlist import NAME, WINDOW, Playlist, Segment, names_in

RESUME_WITHIN = 120.0  # seconds after its last segment, in which a stream may be continued
KEPT = WINDOW  # further segments that are kept for slow players
ABANDONED_AFTER = 300.0  # seconds after which a folder that nobody writes is deleted

_FILE_MODE, _FOLDER_MODE = 0o644, 0o755

log = structlog.get_logger(__name__)


class StreamFolder:
    """Continues the stream that is in the folder, if that ended only just now."""

    def __init__(self, path: Path, *, now: float) -> None:
        """Raises OSError if the folder can't be written. `now` is in seconds since 1970."""
        self.path = path
        self._playlist = _recent(path, now) or Playlist()
        self._kept: deque[Segment] = deque(self._playlist.segments)
        # The numbers rise even if an earlier stream of the Space was deleted.
        self._next_number = self._kept[-1].number + 1 if self._kept else int(now)
        self._init = ""
        self._began = now  # of the next segment
        self._follows_a_gap = False
        _make_folder(path)
        self._delete_others()

    def begin_encoding(self, init_segment: bytes, *, began: float) -> None:
        """Let the next segments be of another encoding, which began at this moment."""
        self._init, self._began = f"{self._next_number}.mp4", began
        self._follows_a_gap = bool(self._kept)
        self._write(self._init, init_segment)

    def add(self, media: MediaSegment) -> None:
        """Write the next segment, then the playlist that contains it. Raises OSError."""
        segment = Segment(
            self._next_number, media.seconds, self._began, self._init, self._follows_a_gap
        )
        self._began = segment.ended
        self._write(segment.name, media.data)
        self._next_number += 1
        self._follows_a_gap = False
        self._playlist.add(segment)
        self._kept.append(segment)
        self._write(NAME, str(self._playlist).encode())
        while len(self._kept) > WINDOW + KEPT:
            self._kept.popleft()
        self._delete_others()

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)

    def _write(self, name: str, data: bytes) -> None:
        new = self.path / f".{name}"
        new.write_bytes(data)
        new.chmod(_FILE_MODE)
        new.replace(self.path / name)

    def _delete_others(self) -> None:
        needed = names_in(self._kept) | {NAME, self._init}
        for path in self.path.iterdir():
            if path.name not in needed:
                path.unlink(missing_ok=True)


def delete_abandoned(folder: Path, *, but: set[str]) -> None:
    """Delete the streams in this folder that nobody has written for some time, except these."""
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.name in but:
            continue
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > ABANDONED_AFTER:
                log.info("hls_folder_deleted", folder=path.name)
                shutil.rmtree(path, ignore_errors=True)


def _recent(path: Path, now: float) -> Playlist | None:
    """Return the playlist of a stream that ended just now, if there is one."""
    try:
        playlist = Playlist.parse((path / NAME).read_text())
    except (OSError, ValueError):
        return None
    if not playlist.segments or now - playlist.segments[-1].ended > RESUME_WITHIN:
        return None
    complete = all((path / name).exists() for name in names_in(playlist.segments))
    return playlist if complete else None


def _make_folder(path: Path) -> None:
    """Create the folder and the one that contains all streams."""
    for each in (path.parent, path):
        if not each.is_dir():
            os.makedirs(each, exist_ok=True)
            each.chmod(_FOLDER_MODE)
