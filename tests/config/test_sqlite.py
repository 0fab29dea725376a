"""The pool of open SQLite connections (config/sqlite/base.py)."""

import os
import threading

import pytest
from django.db import Error, connection, connections

from config.sqlite import base

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pool(monkeypatch):
    """Keep connections during the test."""
    connection.close()
    monkeypatch.setattr(base, "_pool", None)
    pool = base.keep_connections()
    yield pool
    connection.close()
    pool.close()


def in_thread(work):
    """Call `work` in a new thread, as a request does, and return its result."""
    results = []

    def run():
        try:
            results.append(work())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return results[0] if results else None


def opened():
    connection.ensure_connection()
    return connection.connection


def fetch(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_the_next_thread_reuses_a_connection_that_was_closed(pool):
    assert in_thread(opened) is in_thread(opened)


def test_two_threads_do_not_share_a_connection(pool):
    first = opened()
    assert in_thread(opened) is not first


def test_a_kept_connection_has_the_settings_of_a_new_one(pool):
    names = "foreign_keys", "journal_mode", "synchronous", "busy_timeout"

    def settings():
        return [fetch(f"PRAGMA {name}") for name in names]

    new = in_thread(settings)
    in_thread(lambda: (fetch("PRAGMA foreign_keys = OFF"), fetch("PRAGMA busy_timeout = 1")))
    assert in_thread(settings) == new


def test_a_kept_connection_sees_what_others_have_written_since(pool):
    def write():
        fetch("CREATE TABLE written (text)")
        fetch("INSERT INTO written VALUES ('rain')")

    kept = in_thread(opened)
    in_thread(write)
    assert in_thread(lambda: (opened() is kept, fetch("SELECT text FROM written"))) == (
        True,
        [("rain",)],
    )
    in_thread(lambda: fetch("DROP TABLE written"))


def test_a_connection_with_an_open_transaction_is_closed(pool):
    def leave_open():
        fetch("BEGIN IMMEDIATE")
        return connection.connection

    left = in_thread(leave_open)
    assert in_thread(opened) is not left
    in_thread(lambda: fetch("BEGIN IMMEDIATE"))  # the closed one holds no lock


def test_a_connection_after_an_error_is_closed(pool):
    def fail():
        found = opened()
        with pytest.raises(Error):
            fetch("SELECT * FROM missing")
        return found

    failed = in_thread(fail)
    assert in_thread(opened) is not failed


def test_a_connection_to_a_file_that_was_replaced_is_closed(pool, monkeypatch):
    kept = in_thread(opened)
    monkeypatch.setattr(base, "_file_of", lambda parameters: (1, 1))
    assert in_thread(opened) is not kept


def test_a_limited_number_of_connections_is_kept(pool, monkeypatch):
    monkeypatch.setattr(base, "MAX_KEPT", 1)
    first = opened()
    second = in_thread(opened)
    connection.close()
    assert first is not second
    assert in_thread(opened) is second


def test_a_child_process_opens_a_connection_of_its_own(pool, monkeypatch):
    kept = in_thread(opened)
    monkeypatch.setattr(os, "getpid", lambda: 1)
    assert in_thread(opened) is not kept


def test_parameters_are_converted_and_percent_signs_stay():
    with connection.cursor() as cursor:
        for value in (1, 2):
            cursor.execute("SELECT %s, '50 %%', '%%s'", [value])
            assert cursor.fetchone() == (value, "50 %", "%s")
        cursor.execute("SELECT %(first)s, %(second)s", {"first": 1, "second": 2})
        assert cursor.fetchone() == (1, 2)
