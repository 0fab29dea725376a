"""Only the user that runs the site can read its home, whatever the umask is and whatever
modes the files had before."""

import json
import os
import sqlite3
import subprocess
import sys

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from config.private_home import make_private
from config.redis_server import RedisServer


@pytest.fixture
def open_folder(tmp_path):
    """A temporary folder, with a umask that restricts nothing."""
    before = os.umask(0)
    yield tmp_path
    os.umask(before)


def mode_of(path):
    return oct(path.stat().st_mode & 0o777)


def test_a_new_home_and_its_database_are_private(open_folder):
    home = open_folder / "site" / "home"
    make_private(home, database=home / "db.sqlite3")
    connection = sqlite3.connect(home / "db.sqlite3")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE line (text)")
    found = {path.name: mode_of(path) for path in home.iterdir()}
    connection.close()
    assert mode_of(home) == "0o700"
    assert found == dict.fromkeys(("db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm"), "0o600")


def test_an_open_home_becomes_private(open_folder):
    home = open_folder / "home"
    secret = ["db.sqlite3", "db.sqlite3-wal", "secret_key", "celerybeat-schedule.db"]
    nested = ["logs/run.log", "redis/redis.conf", "backups/spaces.tar", "keys/vapid.pem"]
    not_searched = ["evidence/b.webp", "exports/c.zip", "uploads/d.upload"]
    open_to_all = ["static/app.css", "media/posts/sea.webp"]
    for name in (*secret, *nested, *not_searched, *open_to_all):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("kept")
    make_private(home, database=home / "db.sqlite3")
    assert mode_of(home) == "0o700"
    assert {mode_of(home / name) for name in (*secret, *nested)} == {"0o600"}
    folders = ("logs", "redis", "backups", "keys", "evidence", "exports", "uploads")
    assert {mode_of(home / name) for name in folders} == {"0o700"}
    assert {mode_of(home / name) for name in open_to_all} == {"0o666"}
    assert (home / "db.sqlite3").read_text() == "kept"


def test_folders_that_may_contain_very_many_files_are_not_searched(tmp_path):
    """`make_private` runs at the start of every command and process, so it must be fast."""
    for folder in ("evidence/a", "exports", "uploads", "media/posts", "static", "logs"):
        (tmp_path / folder).mkdir(parents=True)
    code = (
        "import pathlib, sys\n"
        "from config.private_home import make_private\n"
        "searched = []\n"
        "def on_event(event, args):\n"
        "    if event in ('os.scandir', 'os.listdir', 'glob.glob'): searched.append(str(args[0]))\n"
        "sys.addaudithook(on_event)\n"
        "make_private(pathlib.Path(sys.argv[1]))\n"
        "print(chr(10).join(searched))"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    searched = {os.path.relpath(path, tmp_path) for path in result.stdout.splitlines()}
    assert searched == {".", "logs"}


def test_a_symbolic_link_in_the_home_changes_nothing_elsewhere(open_folder):
    elsewhere = open_folder / "elsewhere"
    elsewhere.write_text("somebody else's")
    home = open_folder / "home"
    (home / "logs").mkdir(parents=True)
    (home / "logs" / "run.log").symlink_to(elsewhere)
    make_private(home)
    assert mode_of(elsewhere) == "0o666"


def test_setting_up_django_makes_the_home_and_the_database_private(open_folder):
    home = open_folder / "home"
    subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SPACES_HOME": str(home),
            "SECRET_KEY": "only-for-tests",
        },
        check=True,
    )
    assert (mode_of(home), mode_of(home / "db.sqlite3")) == ("0o700", "0o600")


def test_the_log_and_the_password_of_redis_are_private(open_folder):
    home = open_folder / "home"
    make_private(home)
    log = home / "spaces.log"
    code = (
        "import logging.config, os; os.umask(0)\n"
        "from config.logs import log_settings\n"
        f"settings = log_settings(format='json', level='INFO', file={str(log)!r})\n"
        "logging.config.dictConfig(settings); logging.getLogger('x').info('came')"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert json.loads(log.read_text())["event"] == "came"
    RedisServer(home / "redis")
    files = (log, home / "redis" / "redis.conf")
    assert {mode_of(path) for path in files} == {"0o600"}
    assert mode_of(home / "redis") == "0o700"


def test_published_files_are_readable_under_a_strict_umask(tmp_path, settings):
    """Static files and pictures may lie outside the home, in SPACES_PUBLIC."""
    before = os.umask(0o077)
    try:
        pictures = FileSystemStorage(location=tmp_path / "media")
        pictures.save("posts/sea.webp", ContentFile(b"RIFF"))
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "media" / "posts" / "sea.webp") == "0o644"
    assert {mode_of(tmp_path / name) for name in ("media", "media/posts")} == {"0o755"}


@pytest.mark.integration
def test_collected_files_and_their_compressed_copies_are_readable(tmp_path):
    public = tmp_path / "public"
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"],
        env={
            "PATH": os.environ["PATH"],
            "SPACES_HOME": str(tmp_path / "home"),
            "SPACES_PUBLIC": str(public),
            "SECRET_KEY": "only-for-tests",
        },
        check=True,
        preexec_fn=lambda: os.umask(0o077),
    )
    files = [path for path in (public / "static").rglob("*") if path.is_file()]
    assert any(path.suffix == ".gz" for path in files)
    assert {mode_of(path) for path in files} == {"0o644"}
    assert {mode_of(path) for path in public.rglob("*") if path.is_dir()} == {"0o755"}


@pytest.mark.integration
def test_nobody_else_can_read_the_home_of_a_running_site(stack):
    """Check every file that is not public, such as the database, the logs and the secret key."""
    public = {"static", "media"}
    of_the_test = {"console.txt"}
    seen = {}
    for path in stack.home.rglob("*"):
        top = path.relative_to(stack.home).parts[0]
        if top not in public | of_the_test and path.exists():
            seen[str(path.relative_to(stack.home))] = path.stat().st_mode & 0o077
    assert {"db.sqlite3", "secret_key", "logs/run.log", "redis/redis.conf"} <= seen.keys()
    assert {name for name, others in seen.items() if others} == set()
    assert mode_of(stack.home) == "0o700"
