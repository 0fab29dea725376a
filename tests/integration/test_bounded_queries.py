"""Pages respond with 503 to long queries and locks, and to a PostgreSQL that hangs. They wait while
PostgreSQL is only busy."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

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


def run_long_query(request):
    return execute(f"SELECT pg_sleep({LONG})")


def wait_for_lock(request):
    return execute("SELECT * FROM accounts_follow")


def hang_in_page(request):
    suspend_backend(connection)
    return execute("SELECT 1")


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
    return HttpResponse()


urlpatterns = [
    path("long/", run_long_query),
    path("lock/", wait_for_lock),
    path("hang/", hang_in_page),
]


suspended = []


def suspend_backend(connected):
    """Suspend the server process of this connection, so that it hangs."""
    connected.ensure_connection()
    suspended.append(connected.connection.info.backend_pid)
    os.kill(suspended[-1], signal.SIGSTOP)


@pytest.fixture
def database(postgresql, _postgresql_settings, django_db_blocker, settings, monkeypatch):
    """A web process's settings with shorter timeouts; suspended processes continue at the end."""
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
        while suspended:
            os.kill(suspended.pop(), signal.SIGCONT)
        connection.close_pool()
        _switch_to(before)


def refused(address):
    answer = Client(raise_request_exception=False).get(address, headers=SCRIPT)
    connection.close()  # the test client leaves it open
    return answer.status_code, answer.json()["code"], answer["Retry-After"]


UNAVAILABLE = (503, "unavailable", "2")


def test_a_query_that_takes_too_long_is_cancelled(database):
    assert refused("/long/") == UNAVAILABLE


def test_waiting_for_a_lock_is_limited(database):
    other = connection.copy("default")
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("LOCK TABLE accounts_follow")
    assert refused("/lock/") == UNAVAILABLE
    other.rollback()
    other.close()


def test_a_page_gives_up_on_a_server_that_hangs(database):
    assert refused("/hang/") == UNAVAILABLE
    assert execute("SELECT 1").status_code == 200  # on another connection


@pytest.fixture
def only_connection(database):
    """The pool's only connection; a request that needs one has to wait for it."""
    database["OPTIONS"]["pool"]["max_size"] = 1
    taken = connection.copy("default")
    taken.ensure_connection()
    yield taken
    taken.close()


def test_a_request_waits_for_a_connection_while_the_server_answers_others(only_connection):
    def answer():
        try:
            return execute("SELECT 1").status_code
        finally:
            connection.close()

    pool = connection.pool
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(answer)
        # Until it has waited in vain once.
        while not (waiting.done() or pool.get_stats().get("requests_errors")):
            with only_connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        only_connection.close()
        assert waiting.result() == 200


def test_a_request_gives_up_if_the_server_answers_nobody(only_connection):
    assert refused("/long/") == UNAVAILABLE


def test_hanging_connections_in_the_pool_cost_one_timeout_in_total(database):
    hanging = [connection.copy("default") for _ in range(3)]
    for each in hanging:
        suspend_backend(each)
    for each in hanging:
        each.close()
    pool = connection.pool
    taken = pool.get_stats()["requests_num"]
    assert refused("/long/") == UNAVAILABLE
    assert pool.get_stats()["requests_num"] == taken + 1


def test_queries_have_no_time_limits_until_bound_queries_sets_them(postgresql, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"{postgresql.url}?options=-c%20work_mem%3D8MB")
    found = find_database(Env(), home=None)
    assert found["OPTIONS"]["options"] == "-c work_mem=8MB"
    assert "connection_class" not in found["OPTIONS"]["pool"]
    bound_queries(found, statement=5, lock=3)
    limits = "-c statement_timeout=5000 -c lock_timeout=3000 -c work_mem=8MB"
    assert found["OPTIONS"]["options"] == limits
