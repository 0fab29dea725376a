"""What a restore makes of a site."""

import fcntl
import stat
import tracemalloc
from dataclasses import replace

import pytest

from config.backup.errors import BackupError
from config.backup.restoring import restore
from config.backup.saving import save
from tests.config.backup.small_site import (
    MIGRATION,
    SESSIONS,
    contents_of,
    notes_of,
    opened,
)


def test_a_restored_site_is_the_one_that_was_saved(site, other, saved):
    restored = restore(other, saved)
    assert restored.files == 2
    assert notes_of(other) == ["first"]
    for name, folder in site.folders.items():
        assert contents_of(other.folders[name]) == contents_of(folder)
    modes = {
        other.home / "db.sqlite3": 0o600,
        other.folders["media"]: 0o755,
        other.folders["media"] / "avatars" / "ana.png": 0o644,
        other.folders["evidence"]: 0o700,
        other.folders["evidence"] / "1" / "picture.png": 0o600,
    }
    assert {path: stat.S_IMODE(path.stat().st_mode) for path in modes} == modes
    assert [path.name for path in other.home.iterdir() if path.name.startswith(".")] == []


def test_sessions_are_not_restored(site, other, tmp_path):
    """Somebody may have ended them after the backup was made."""
    with opened(site) as database:
        for table in SESSIONS:
            database.execute(f"CREATE TABLE {table} (session_key)")
            database.execute(f"INSERT INTO {table} VALUES ('of a lost phone')")  # noqa: S608
    restore(other, save(site, to=tmp_path / "backup.tar").path)
    with opened(other) as database:
        for table in SESSIONS:
            assert database.execute(f"SELECT * FROM {table}").fetchall() == []  # noqa: S608
    assert notes_of(other) == ["first"]


def test_neither_direction_takes_memory_for_large_files(site, other, tmp_path):
    large = site.folders["media"] / "large"
    with open(large, "wb") as file:
        file.truncate(64 << 20)
    tracemalloc.start()
    try:
        restore(other, save(site, to=tmp_path / "backup.tar").path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 << 20
    assert (other.folders["media"] / "large").stat().st_size == 64 << 20


@pytest.mark.parametrize("held", ["database", "media"])
def test_a_site_that_holds_something_is_replaced_only_when_told(site, other, saved, held):
    if held == "database":
        other.home.mkdir()
        with opened(other) as database:
            database.execute("CREATE TABLE precious (it)")
    else:
        (other.folders["media"] / "old").mkdir(parents=True)
    with pytest.raises(BackupError, match=r"not empty.*--replace"):
        restore(other, saved)
    restore(other, saved, replace=True)
    assert notes_of(other) == ["first"]
    assert contents_of(other.folders["media"]) == contents_of(site.folders["media"])
    assert not (other.folders["media"] / "old").exists()


def test_a_site_that_runs_is_left_alone(site, other, saved):
    other.home.mkdir()
    with open(other.home / "run.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BackupError, match="Spaces runs in"):
            restore(other, saved)
    with opened(site) as reader:
        reader.execute("SELECT * FROM notes").fetchall()
        with pytest.raises(BackupError, match="Something still uses"):
            restore(site, saved, replace=True)


def test_an_older_backup_is_taken_and_its_missing_migrations_are_named(other, saved):
    missing = restore(other, saved).missing_migrations
    assert "accounts.0002_early_access" in missing
    assert ".".join(MIGRATION) not in missing


def test_a_restore_that_fails_brings_back_what_was_there(site, other, saved, tmp_path):
    """The second folder cannot be written, after database and first folder are in place."""
    other.folders["media"].mkdir(parents=True)
    (other.folders["media"] / "old").write_bytes(b"old")
    with opened(other) as database:
        database.execute("CREATE TABLE notes (note)")
        database.execute("INSERT INTO notes VALUES ('old')")
    elsewhere = tmp_path / "file"
    elsewhere.touch()
    broken = replace(other, folders={**other.folders, "evidence": elsewhere / "evidence"})
    with pytest.raises(BackupError, match="could not be restored"):
        restore(broken, saved, replace=True)
    assert notes_of(other) == ["old"]
    assert contents_of(other.folders["media"]) == {"old": b"old"}
