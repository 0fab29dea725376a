"""What a backup contains and where it is stored."""

import fcntl
import hashlib
import json
import os
import pwd
import shutil
import stat

import pytest

from config.backup import saving
from config.backup.errors import BackupError
from config.backup.manifest import FORMAT
from config.backup.restoring import restore
from config.backup.saving import save
from tests.config.backup.small_site import (
    MIGRATION,
    make_site,
    members_of,
    notes_of,
    open_database,
)


def test_changes_in_the_write_ahead_log_are_saved(site, empty_site, tmp_path):
    with open_database(site) as reader, open_database(site) as writer:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM notes").fetchall()  # keeps the log from being merged
        writer.executemany("INSERT INTO notes VALUES (?)", [(str(n),) for n in range(100)])
        plain = make_site(tmp_path / "plain")
        plain.home.mkdir()
        shutil.copy(site.home / "db.sqlite3", plain.home)
        saved = save(site, to=tmp_path / "backup.tar").path
    restore(empty_site, saved)
    assert notes_of(plain) == ["first"]
    assert notes_of(empty_site) == ["first", *map(str, range(100))]


def test_an_archive_is_private_and_describes_its_contents(saved):
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    members = members_of(saved)
    manifest = json.loads(members["manifest.json"])
    assert manifest.items() >= {"format": FORMAT, "version": "0.1.0", "vendor": "sqlite"}.items()
    assert manifest["migrations"] == [".".join(MIGRATION)]
    sums = members.pop("SHA256SUMS").decode().splitlines()
    assert sums == [
        f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in members.items()
    ]


def test_a_new_backup_replaces_the_oldest_ones_but_no_other_files(site):
    folder = site.backups
    folder.mkdir()
    older = [folder / f"spaces-2026010{day}T000000Z.tar" for day in (1, 2, 3)]
    for path in [*older, folder / "mine.tar", folder / "spaces-by-hand.tar"]:
        path.touch()
    made = save(site, to=folder, keep=2)
    assert made.deleted == older[:2]
    assert set(folder.iterdir()) == {
        made.path,
        older[2],
        folder / "mine.tar",
        folder / "spaces-by-hand.tar",
    }


def test_a_failed_backup_leaves_nothing_and_deletes_nothing(site):
    folder = site.backups
    folder.mkdir()
    older = folder / "spaces-20260101T000000Z.tar"
    older.touch()
    with open_database(site) as database:
        database.execute("DROP TABLE django_migrations")
    with pytest.raises(BackupError, match="no such table"):
        save(site, to=folder, keep=1)
    assert list(folder.iterdir()) == [older]


def test_leftovers_of_a_killed_backup_are_deleted_but_a_running_backup_is_kept(site):
    folder = site.backups
    killed, running = (folder / f"{saving.UNFINISHED}{name}" for name in ("1", "2"))
    for folder_of_backup in (killed, running):
        folder_of_backup.mkdir(parents=True)
        (folder_of_backup / "archive").touch()
    descriptor = os.open(running, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    made = save(site, to=folder)
    os.close(descriptor)
    assert set(folder.iterdir()) == {made.path, running}


def test_an_existing_file_is_not_overwritten(site, saved):
    before = saved.read_bytes()
    with pytest.raises(BackupError, match="already exists"):
        save(site, to=saved)
    assert saved.read_bytes() == before


def test_links_are_skipped_and_listed(site, empty_site, tmp_path):
    link = site.folders["media"] / "link"
    link.symlink_to("/etc/passwd")
    made = save(site, to=tmp_path / "backup.tar")
    assert made.left_out == [link]
    assert "media/link" not in members_of(made.path)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_root_is_asked_to_run_the_backup_as_the_owner_of_the_site(site, tmp_path):
    os.chown(site.home, pwd.getpwnam("nobody").pw_uid, -1)
    with pytest.raises(BackupError, match="belongs to nobody, but you are root"):
        save(site, to=tmp_path / "backup.tar")
