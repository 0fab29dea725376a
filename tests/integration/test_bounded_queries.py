"""Pages wait neither for long queries and locks, nor for a PostgreSQL that hangs: they say 503."""

import os
import signal

import pytest
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from environ import Env

from config import urls
from config.databases import bound_queries, find_database
from config.postgresql import connection as bounds
from tests.fixtures.databases import _switch_to

LONG = 20  # seconds
SCRIPT = {"accept": "application/json"}

handler400, handler500 = urls.handler400, urls.handler500


def take_long(request):
    return ask(f"SELECT pg_sleep({LONG})")


def want_lock(request):
    return ask("SELECT * FROM accounts_follow")


def hang(request):
    stop(connection)
    return ask("SELECT 1")


def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
    return HttpResponse()


urlpatterns = [path("long/", take_long), path("lock/", want_lock), path("hang/", hang)]


stopped = []


def stop(connected):
    """The server's process behind this connection hangs from now on."""
    connected.ensure_connection()
    stopped.append(connected.connection.info.backend_pid)
    os.kill(stopped[-1], signal.SIGSTOP)


@pytest.fixture
def database(postgresql, _postgresql_settings, django_db_blocker, settings, monkeypatch):
    """The settings of a web process, with less patience. What is stopped goes on at the end."""
    settings.ROOT_URLCONF = __name__
    settings.STATEMENT_TIMEOUT = 0.2
    monkeypatch.setattr(bounds, "GRACE", 0.1)
    monkeypatch.setattr(bounds, "CHECK_PATIENCE", 0.1)
    monkeypatch.setenv("DATABASE_URL", postgresql.url)
    before = connections.settings["default"]
    found = find_database(Env(), home=None)
    found = {**_postgresql_settings, "ENGINE": found["ENGINE"], "OPTIONS": found["OPTIONS"]}
    bound_queries(found, statement=settings.STATEMENT_TIMEOUT, lock=0.1)
    with django_db_blocker.unblock():
        _switch_to(found)
        yield found
        while stopped:
            os.kill(stopped.pop(), signal.SIGCONT)
        connection.close_pool()
        _switch_to(before)


def refused(address):
    answer = Client(raise_request_exception=False).get(address, headers=SCRIPT)
    connection.close()  # the test client leaves it open
    return answer.status_code, answer.json()["code"], answer["Retry-After"]


UNAVAILABLE = (503, "unavailable", "2")


def test_a_query_that_takes_too_long_is_ended(database):
    assert refused("/long/") == UNAVAILABLE


def test_nobody_waits_long_for_a_lock(database):
    other = connection.copy("default")
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("LOCK TABLE accounts_follow")
    assert refused("/lock/") == UNAVAILABLE
    other.rollback()
    other.close()


def test_a_server_that_hangs_in_the_middle_of_a_page_is_given_up(database):
    assert refused("/hang/") == UNAVAILABLE
    assert ask("SELECT 1").status_code == 200  # by another connection


def test_connections_that_hang_in_the_pool_are_not_waited_for_one_after_the_other(database):
    hanging = [connection.copy("default") for _ in range(3)]
    for each in hanging:
        stop(each)
    for each in hanging:
        each.close()
    pool = connection.pool
    taken = pool.get_stats()["requests_num"]
    assert refused("/long/") == UNAVAILABLE
    assert pool.get_stats()["requests_num"] == taken + 1


def test_commands_and_the_worker_have_no_limit(postgresql, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"{postgresql.url}?options=-c%20work_mem%3D8MB")
    found = find_database(Env(), home=None)
    assert found["OPTIONS"]["options"] == "-c work_mem=8MB"
    assert "connection_class" not in found["OPTIONS"]["pool"]
    bound_queries(found, statement=5, lock=3)
    limits = "-c statement_timeout=5000 -c lock_timeout=3000 -c work_mem=8MB"
    assert found["OPTIONS"]["options"] == limits
