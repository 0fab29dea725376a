"""A site whose disk fills up keeps running and recovers without a restart."""

import sqlite3
import time
from contextlib import closing, suppress

from tests.fixtures.listeners import sign_in_listeners
from tests.integration.test_postgresql_restart import post_in_chat
from tests.integration.test_start_on_full_disk import make_disk  # noqa: F401


def fill(path):
    """Fill the disk to the last byte, because SQLite's log needs little space."""
    with open(path, "wb", buffering=0) as file:
        for size in (1_000_000, 1_000, 1):
            with suppress(OSError):
                while file.write(bytes(size)):
                    pass


def truncate_log(path):
    """Give back the space that SQLite's log keeps: later writes could use it although the disk is
    full."""
    with closing(sqlite3.connect(path, timeout=10)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def wait_until(condition):
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until, "the condition was never met"
        time.sleep(0.05)


def test_a_site_with_a_full_disk_refuses_commands_and_recovers(
    make_disk,  # noqa: F811
    make_stack,
    prepared_home,
):
    disk = make_disk(120)
    copy = make_stack(prepared=prepared_home, SPACES_HOME=str(disk / "home"), DISK_MIN_FREE="1")
    copy.home.mkdir()  # for its output, which must be readable when the disk is full
    copy.home = disk / "home"
    copy.start()
    space, [cookie] = sign_in_listeners(copy, 1)
    children = copy.children()
    truncate_log(copy.home / "db.sqlite3")
    fill(disk / "filler")
    refused, answer = post_in_chat(copy.url, space, cookie, "x" * 280)
    wait_until(lambda: not copy.health()[1]["database"]["ok"])
    health, report = copy.health()
    (disk / "filler").unlink()
    copy.wait_until_healthy()
    accepted, _ = post_in_chat(copy.url, space, cookie, "There is room")
    assert (refused, answer.get("code")) == (503, "unavailable")
    assert health == 503
    assert report["database"]["ok"] is False
    assert report["disk"]["error"] == "0 MB free, less than 1"
    assert accepted == 204
    assert copy.children() == children, "no process was restarted"
    assert "Traceback" not in copy.console()
    copy.stop()
