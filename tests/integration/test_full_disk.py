"""A disk that fills up under a site that runs: it goes on, and needs no restart."""

import time
from contextlib import suppress

from tests.fixtures.listeners import sign_in_listeners
from tests.integration.test_postgresql_restart import say_in_chat
from tests.integration.test_start_on_full_disk import make_disk  # noqa: F401


def fill(path):
    """To the last byte: the log of a SQLite that writes little is small."""
    with open(path, "wb", buffering=0) as file:
        for size in (1_000_000, 1_000, 1):
            with suppress(OSError):
                while file.write(bytes(size)):
                    pass


def wait_until(condition):
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.05)


def test_a_site_whose_disk_fills_up_goes_on_and_recovers(make_disk, make_stack):  # noqa: F811
    disk = make_disk(120)
    copy = make_stack(SPACES_HOME=str(disk / "home"), DISK_MIN_FREE="1")
    copy.home.mkdir()  # for what it prints, which a test can read when the disk is full
    copy.home = disk / "home"
    copy.start()
    space, [cookie] = sign_in_listeners(copy, 1)
    children = copy.children()
    fill(disk / "filler")
    refused, answer = say_in_chat(copy.url, space, cookie, "x" * 280)
    wait_until(lambda: not copy.health()[1]["database"]["ok"])
    health, report = copy.health()
    (disk / "filler").unlink()
    copy.wait_until_well()
    obeyed, _ = say_in_chat(copy.url, space, cookie, "There is room")
    assert (refused, answer.get("code")) == (503, "unavailable")
    assert health == 503
    assert report["database"]["ok"] is False
    assert report["disk"]["error"] == "0 MB free, fewer than 1"
    assert obeyed == 204
    assert copy.children() == children, "nothing had to be started again"
    assert "Traceback" not in copy.console()
    copy.stop()
