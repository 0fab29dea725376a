"""Back up a site while people write, and start a site from the backup, on both databases."""

import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest

from config.backup import postgresql
from config.backup.errors import BackupError
from config.backup.restoring import restore
from config.backup.saving import save
from config.backup.site import PostgreSQL, Site
from tests.config.backup.small_site import SESSIONS
from tests.fixtures.console import Console
from tests.fixtures.migrated import TEMPLATE
from tests.fixtures.postgresql import Cluster
from tests.fixtures.stack import ROOT, Stack

ENOUGH = 20  # rows before the backup begins
WRITE = """
import pathlib
author = User.objects.get(handle="eve")
number = 0
while not pathlib.Path({stop!r}).exists():
    number += 1
    Post.objects.create(author=author, text=f"number {{number}}")
    pathlib.Path({count_file!r}).write_text(str(number))
"""
NUMBERS = """
texts = Post.objects.filter(text__startswith="number ").values_list("text", flat=True)
print(*sorted(int(text.split()[1]) for text in texts))
"""
PICTURE = 'print(Post.objects.exclude(image="").order_by("pk").first().image.url)'


def manage(environment: dict[str, str], *arguments: str) -> str:
    result = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@contextmanager
def writing(shell: Callable[[str], str], folder: Path) -> Iterator[Callable[[], int]]:
    """Write posts, one per transaction; yield a function that counts the committed ones."""
    stop, count_file = folder / "stop", folder / "count"
    count_file.write_text("0")
    code = WRITE.format(stop=str(stop), count_file=str(count_file))
    shell("")  # start the shell in this thread, because it ends with the thread that starts it
    writer = threading.Thread(target=shell, args=[code])
    writer.start()

    def count() -> int:
        while not (text := count_file.read_text()):  # it is being written right now
            time.sleep(0.001)
        return int(text)

    try:
        while count() < ENOUGH:
            assert writer.is_alive()
            time.sleep(0.02)
        yield count
    finally:
        stop.touch()
        writer.join()


def back_up_while_writing(
    environment: dict[str, str], shell: Callable[[str], str], folder: Path
) -> tuple[Path, int, int]:
    """Return the archive, and the number of posts before the backup began and after it ended."""
    with writing(shell, folder) as count:
        before = count()
        manage(environment, "backup", "--to", str(folder / "backup.tar"))
        after = count()
    assert after > before, "no posts were written during the backup"
    return folder / "backup.tar", before, after


def numbers_in(shell: Callable[[str], str]) -> list[int]:
    return [int(number) for number in shell(NUMBERS).split()]


def test_a_backup_of_a_running_site_can_be_restored_to_a_new_home(
    stack: Stack, make_stack: Callable[..., Stack], tmp_path: Path
) -> None:
    try:
        archive, before, after = back_up_while_writing(stack.environment, stack.shell, tmp_path)
    finally:
        stack.shell('Post.objects.filter(text__startswith="number ").delete()')
    copy = make_stack("restored")
    assert "Now start Spaces." in manage(copy.environment, "restore", str(archive))
    copy.start()
    numbers = numbers_in(copy.shell)
    assert numbers == list(range(1, len(numbers) + 1))
    assert before <= len(numbers) <= after
    picture = copy.shell(PICTURE)
    with urlopen(copy.url + picture) as copied, urlopen(stack.url + picture) as original:  # noqa: S310
        assert copied.read() == original.read()


@pytest.fixture
def databases(postgresql: Cluster) -> Iterator[tuple[str, str]]:
    """DATABASE_URLs of two empty databases."""
    with created(postgresql, "backup_source") as source, created(postgresql, "backup_target") as to:
        yield source, to


@pytest.fixture
def migrated(postgresql: Cluster) -> Iterator[str]:
    """The DATABASE_URL of a migrated database."""
    with created(postgresql, "backup_migrated", f"TEMPLATE {TEMPLATE}") as url:
        yield url


@contextmanager
def created(cluster: Cluster, name: str, option: str = "") -> Iterator[str]:
    """Create a database, yield its DATABASE_URL, and drop it."""
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} {option}")
        yield cluster.url_of(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_backup_of_postgresql_can_be_restored_to_an_empty_database(
    migrated: str,
    databases: tuple[str, str],
    make_stack: Callable[..., Stack],
    tmp_path: Path,
) -> None:
    source = make_stack("source", DATABASE_URL=migrated, DEMO="0", SECRET_KEY="for tests")
    copy = make_stack("restored", DATABASE_URL=databases[1], DEMO="0", SECRET_KEY="for tests")
    (source.home / "media").mkdir(parents=True)
    (source.home / "media" / "picture").write_text("a picture")
    console = Console(ROOT, source.environment)
    try:
        console.run('User.objects.create_user("eve", email="eve@spaces.example", name="Eve")')
        archive, before, after = back_up_while_writing(source.environment, console.run, tmp_path)
    finally:
        console.close()
    manage(copy.environment, "restore", str(archive))
    copy.start()
    assert copy.health()[1]["database"]["vendor"] == "postgresql"
    numbers = numbers_in(copy.shell)
    assert numbers == list(range(1, len(numbers) + 1))
    assert before <= len(numbers) <= after
    with urlopen(f"{copy.url}/@eve/") as page:  # noqa: S310
        assert f"number {numbers[-1]}<" in page.read().decode()
    assert (copy.home / "media" / "picture").read_text() == "a picture"


def site_of(url: str, home: Path) -> Site:
    parts = psycopg.conninfo.conninfo_to_dict(url)
    return Site(home, PostgreSQL(parts), {"media": home / "media"})


def notes_of(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [note for (note,) in connection.execute("SELECT note FROM notes ORDER BY id")]


def write_notes(url: str, *notes: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE django_migrations (app text, name text)")
        connection.execute("INSERT INTO django_migrations VALUES ('accounts', '0001_initial')")
        connection.execute("CREATE TABLE notes (id serial PRIMARY KEY, note text)")
        for table in SESSIONS:
            connection.execute(f"CREATE TABLE {table} (session_key text)")
            connection.execute(f"INSERT INTO {table} VALUES ('of a lost phone')")  # noqa: S608
        connection.execute("CREATE VIEW seen AS SELECT note FROM notes")
        for note in notes:
            connection.execute("INSERT INTO notes (note) VALUES (%s)", [note])


def test_a_database_that_is_not_empty_is_replaced_only_on_request(databases, tmp_path):
    source, target = (site_of(url, tmp_path / str(number)) for number, url in enumerate(databases))
    write_notes(databases[0], "new")
    write_notes(databases[1], "old")
    with psycopg.connect(databases[1]) as connection:
        connection.execute("CREATE TABLE of_tomorrow (id serial)")
    archive = save(source, to=tmp_path / "backup.tar").path
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    with pytest.raises(BackupError, match="database is not empty"):
        restore(target, archive)
    with psycopg.connect(databases[1]), pytest.raises(BackupError, match="1 other connection"):
        restore(target, archive, replace=True)
    assert notes_of(databases[1]) == ["old"]

    restore(target, archive, replace=True)
    write_more(databases[1])
    assert notes_of(databases[1]) == ["new", "more"]
    with psycopg.connect(databases[1]) as connection:
        for table in SESSIONS:  # sessions may have been ended since the backup
            assert connection.execute(f"SELECT * FROM {table}").fetchall() == []  # noqa: S608
        left = "SELECT to_regclass('of_tomorrow'), to_regnamespace(%s)"
        assert connection.execute(left, [postgresql.ASIDE]).fetchone() == (None, None)


def write_more(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO notes (note) VALUES ('more')")


def test_a_failed_restore_leaves_the_old_database(databases, tmp_path):
    source, target = (site_of(url, tmp_path / str(number)) for number, url in enumerate(databases))
    write_notes(databases[0], "new")
    write_notes(databases[1], "old")
    (tmp_path / "0" / "media").mkdir(parents=True)
    (tmp_path / "0" / "media" / "picture").touch()
    archive = save(source, to=tmp_path / "backup.tar").path
    (tmp_path / "file").touch()
    broken = replace(target, folders={"media": tmp_path / "file" / "media"})
    with pytest.raises(BackupError, match="could not be restored"):
        restore(broken, archive, replace=True)
    write_more(databases[1])
    assert notes_of(databases[1]) == ["old", "more"]
    restore(target, archive, replace=True)
    assert notes_of(databases[1]) == ["new"]
