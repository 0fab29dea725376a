"""The files of a stream: which there are, and what happens after a restart."""

import os
import time
from pathlib import Path

import pytest

from audio.hls.encoding import MediaSegment
from audio.hls.folder import ABANDONED_AFTER, KEPT, RESUME_WITHIN, StreamFolder, delete_abandoned
from audio.hls.playlist import WINDOW, Playlist

NOW = 1_900_000_000.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hls" / "aSpace"


def begun(path: Path, *, now: float = NOW) -> StreamFolder:
    folder = StreamFolder(path, now=now)
    folder.begin_encoding(b"init", began=now)
    return folder


def fill(folder: StreamFolder, count: int) -> None:
    for number in range(count):
        folder.add(MediaSegment(b"segment %d" % number, 2.0))


def playlist_in(path: Path) -> Playlist:
    return Playlist.parse((path / "live.m3u8").read_text())


def test_the_playlist_names_files_that_exist_and_others_may_read(path: Path) -> None:
    fill(begun(path), 3)
    names = {each.name for each in playlist_in(path).segments}
    assert names | {"live.m3u8", f"{int(NOW)}.mp4"} == set(os.listdir(path))
    assert {each.stat().st_mode & 0o777 for each in path.iterdir()} == {0o644}
    assert [each.stat().st_mode & 0o777 for each in (path, path.parent)] == [0o755, 0o755]


def test_old_segments_are_deleted(path: Path) -> None:
    fill(begun(path), 100)
    assert len(list(path.glob("*.m4s"))) == WINDOW + KEPT
    assert len(playlist_in(path).segments) == WINDOW


def test_segments_follow_each_other_in_time(path: Path) -> None:
    fill(begun(path), 3)
    assert [each.began for each in playlist_in(path).segments] == [NOW, NOW + 2, NOW + 4]


def test_a_stream_that_ended_just_now_is_continued_after_a_discontinuity(path: Path) -> None:
    fill(begun(path), 4)
    later = NOW + 8 + RESUME_WITHIN - 1
    fill(begun(path, now=later), 1)
    segments = playlist_in(path).segments
    assert [each.number for each in segments] == [int(NOW) + number for number in range(5)]
    assert [each.follows_a_gap for each in segments] == [False] * 4 + [True]
    assert segments[-1].began == later
    assert {each.init for each in segments} == {f"{int(NOW)}.mp4", f"{int(NOW) + 4}.mp4"}


def test_discontinuities_are_still_counted_after_a_restart(path: Path) -> None:
    fill(begun(path), 1)
    fill(begun(path, now=NOW + 2), WINDOW)
    assert playlist_in(path).discontinuities == 0
    fill(begun(path, now=NOW + 10), 1)
    assert playlist_in(path).discontinuities == 1


@pytest.mark.parametrize("spoiled", ["old", "malformed", "incomplete"])
def test_a_stream_that_cannot_be_continued_begins_again_with_higher_numbers(
    path: Path, spoiled: str
) -> None:
    fill(begun(path), 4)
    if spoiled == "malformed":
        (path / "live.m3u8").write_text("#EXTM3U\n?")
    elif spoiled == "incomplete":
        next(path.glob("*.m4s")).unlink()
    later = NOW + 8 + RESUME_WITHIN + 1
    fill(begun(path, now=later), 1)
    segments = playlist_in(path).segments
    assert [(each.number, each.follows_a_gap) for each in segments] == [(int(later), False)]
    assert len(os.listdir(path)) == 3


def test_a_folder_without_a_packager_is_deleted_after_some_time(path: Path) -> None:
    for name in ("old", "kept", "fresh"):
        fill(begun(path.with_name(name)), 1)
    old = time.time() - ABANDONED_AFTER - 1
    for name in ("old", "kept"):
        os.utime(path.with_name(name), (old, old))
    delete_abandoned(path.parent, but={"kept"})
    assert sorted(os.listdir(path.parent)) == ["fresh", "kept"]
    delete_abandoned(path.parent / "missing", but=set())


def test_removing_deletes_all_files(path: Path) -> None:
    folder = begun(path)
    fill(folder, 2)
    folder.remove()
    assert not path.exists()
