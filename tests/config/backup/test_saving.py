"""What a backup holds, and where it goes."""

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
    opened,
)


def test_what_stands_in_the_write_ahead_log_is_saved(site, other, tmp_path):
    with opened(site) as reader, opened(site) as writer:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM notes").fetchall()  # keeps the log from being merged
        writer.executemany("INSERT INTO notes VALUES (?)", [(str(n),) for n in range(100)])
        plain = make_site(tmp_path / "plain")
        plain.home.mkdir()
        shutil.copy(site.home / "db.sqlite3", plain.home)
        saved = save(site, to=tmp_path / "backup.tar").path
    restore(other, saved)
    assert notes_of(plain) == ["first"]
    assert notes_of(other) == ["first", *map(str, range(100))]


def test_an_archive_is_private_and_tells_what_it_holds(saved):
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    members = members_of(saved)
    manifest = json.loads(members["manifest.json"])
    assert manifest.items() >= {"format": FORMAT, "version": "0.1.0", "vendor": "sqlite"}.items()
    assert manifest["migrations"] == [".".join(MIGRATION)]
    sums = members.pop("SHA256SUMS").decode().splitlines()
    assert sums == [
        f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in members.items()
    ]


def test_the_newest_backups_of_a_folder_are_kept(site):
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


def test_a_backup_that_fails_leaves_nothing_and_deletes_nothing(site):
    folder = site.backups
    folder.mkdir()
    older = folder / "spaces-20260101T000000Z.tar"
    older.touch()
    with opened(site) as database:
        database.execute("DROP TABLE django_migrations")
    with pytest.raises(BackupError, match="no such table"):
        save(site, to=folder, keep=1)
    assert list(folder.iterdir()) == [older]


def test_what_a_killed_backup_left_is_cleared_and_one_at_work_is_not(site):
    folder = site.backups
    killed, at_work = (folder / f"{saving.UNFINISHED}{name}" for name in ("1", "2"))
    for left in (killed, at_work):
        left.mkdir(parents=True)
        (left / "archive").touch()
    descriptor = os.open(at_work, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    made = save(site, to=folder)
    os.close(descriptor)
    assert set(folder.iterdir()) == {made.path, at_work}


def test_a_file_that_exists_is_not_overwritten(site, saved):
    before = saved.read_bytes()
    with pytest.raises(BackupError, match="exists already"):
        save(site, to=saved)
    assert saved.read_bytes() == before


def test_links_are_left_out_and_named(site, other, tmp_path):
    link = site.folders["media"] / "link"
    link.symlink_to("/etc/passwd")
    made = save(site, to=tmp_path / "backup.tar")
    assert made.left_out == [link]
    assert "media/link" not in members_of(made.path)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_root_is_told_to_run_it_as_the_owner_of_the_site(site, tmp_path):
    os.chown(site.home, pwd.getpwnam("nobody").pw_uid, -1)
    with pytest.raises(BackupError, match="belongs to nobody, and you are root"):
        save(site, to=tmp_path / "backup.tar")
