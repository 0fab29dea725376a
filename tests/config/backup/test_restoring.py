"""Restoring a site from a backup."""

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
    open_database,
)


def test_a_restored_site_equals_the_saved_one(site, empty_site, saved):
    restored = restore(empty_site, saved)
    assert restored.files == 2
    assert notes_of(empty_site) == ["first"]
    for name, folder in site.folders.items():
        assert contents_of(empty_site.folders[name]) == contents_of(folder)
    modes = {
        empty_site.home / "db.sqlite3": 0o600,
        empty_site.folders["media"]: 0o755,
        empty_site.folders["media"] / "avatars" / "ana.png": 0o644,
        empty_site.folders["evidence"]: 0o700,
        empty_site.folders["evidence"] / "1" / "picture.png": 0o600,
    }
    assert {path: stat.S_IMODE(path.stat().st_mode) for path in modes} == modes
    assert [path.name for path in empty_site.home.iterdir() if path.name.startswith(".")] == []


def test_sessions_are_not_restored(site, empty_site, tmp_path):
    """They may have been ended after the backup was made."""
    with open_database(site) as database:
        for table in SESSIONS:
            database.execute(f"CREATE TABLE {table} (session_key)")
            database.execute(f"INSERT INTO {table} VALUES ('of a lost phone')")  # noqa: S608
    restore(empty_site, save(site, to=tmp_path / "backup.tar").path)
    with open_database(empty_site) as database:
        for table in SESSIONS:
            assert database.execute(f"SELECT * FROM {table}").fetchall() == []  # noqa: S608
    assert notes_of(empty_site) == ["first"]


def test_large_files_are_saved_and_restored_with_little_memory(site, empty_site, tmp_path):
    large = site.folders["media"] / "large"
    with open(large, "wb") as file:
        file.truncate(64 << 20)
    tracemalloc.start()
    try:
        restore(empty_site, save(site, to=tmp_path / "backup.tar").path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 << 20
    assert (empty_site.folders["media"] / "large").stat().st_size == 64 << 20


@pytest.mark.parametrize("held", ["database", "media"])
def test_a_site_that_is_not_empty_is_replaced_only_on_request(site, empty_site, saved, held):
    if held == "database":
        empty_site.home.mkdir()
        with open_database(empty_site) as database:
            database.execute("CREATE TABLE precious (it)")
    else:
        (empty_site.folders["media"] / "old").mkdir(parents=True)
    with pytest.raises(BackupError, match=r"not empty.*--replace"):
        restore(empty_site, saved)
    restore(empty_site, saved, replace=True)
    assert notes_of(empty_site) == ["first"]
    assert contents_of(empty_site.folders["media"]) == contents_of(site.folders["media"])
    assert not (empty_site.folders["media"] / "old").exists()


def test_a_running_site_is_not_replaced(site, empty_site, saved):
    empty_site.home.mkdir()
    with open(empty_site.home / "run.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BackupError, match="Spaces is running in"):
            restore(empty_site, saved)
    with open_database(site) as reader:
        reader.execute("SELECT * FROM notes").fetchall()
        with pytest.raises(BackupError, match="Another process uses"):
            restore(site, saved, replace=True)


def test_an_older_backup_is_restored_and_its_missing_migrations_are_named(empty_site, saved):
    missing = restore(empty_site, saved).missing_migrations
    assert "accounts.0002_early_access" in missing
    assert ".".join(MIGRATION) not in missing


def test_a_failed_restore_brings_back_the_previous_content(site, empty_site, saved, tmp_path):
    """When the second folder cannot be written, the database and the first folder are in place."""
    empty_site.folders["media"].mkdir(parents=True)
    (empty_site.folders["media"] / "old").write_bytes(b"old")
    with open_database(empty_site) as database:
        database.execute("CREATE TABLE notes (note)")
        database.execute("INSERT INTO notes VALUES ('old')")
    elsewhere = tmp_path / "file"
    elsewhere.touch()
    broken = replace(empty_site, folders={**empty_site.folders, "evidence": elsewhere / "evidence"})
    with pytest.raises(BackupError, match="could not be restored"):
        restore(broken, saved, replace=True)
    assert notes_of(empty_site) == ["old"]
    assert contents_of(empty_site.folders["media"]) == {"old": b"old"}
