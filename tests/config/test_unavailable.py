"""A database that can't be reached or written leads to a 503 with an explanation, not a 500."""

import pytest
from allauth.account.models import EmailAddress
from django.db import Error, IntegrityError, ProgrammingError, connection
from django.db.utils import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from accounts.models import Follow, User
from config import urls
from core.database import is_unavailable
from tests.factories import make_user

SCRIPT = {"accept": "application/json"}
PAGE = {"accept": "text/html"}


def remember(request):
    request.session["seen"] = True
    return HttpResponse()


handler400, handler500 = urls.handler400, urls.handler500
urlpatterns = [path("remember/", remember)]


@pytest.fixture
def second_connection(both_databases):
    """A second connection to the same database."""
    second = connection.copy("default")
    yield second
    second.close()


@pytest.fixture
def ana(both_databases):
    make_user("ben")
    client = Client(raise_request_exception=False)
    client.force_login(make_user("ana"))
    return client


def execute(on, *statements):
    with on.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def lock_database(second_connection):
    """Let only `second_connection` follow people (on SQLite: write at all); other connections fail.
    Return a function that ends this lock."""
    if connection.vendor == "sqlite":
        execute(connection, "PRAGMA busy_timeout = 1")
        execute(second_connection, "BEGIN IMMEDIATE")
        return lambda: execute(second_connection, "ROLLBACK")
    execute(connection, "SET lock_timeout = '1ms'")
    second_connection.set_autocommit(False)
    execute(second_connection, "LOCK TABLE accounts_follow")
    return second_connection.rollback


def make_people_unreachable(second_connection):
    """Make every query for people fail. Return a function that undoes it."""
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = "/nowhere/db.sqlite3"

        def undo():
            connection.close()
            connection.settings_dict["NAME"] = name

        return undo
    execute(connection, "SET lock_timeout = '1ms'")
    second_connection.set_autocommit(False)
    execute(second_connection, "LOCK TABLE accounts_user")
    return second_connection.rollback


def make_read_only(_):
    if connection.vendor == "sqlite":
        execute(connection, "PRAGMA query_only = ON")
        return lambda: execute(connection, "PRAGMA query_only = OFF")
    execute(connection, "SET default_transaction_read_only = on")
    return lambda: execute(connection, "SET default_transaction_read_only = off")


@pytest.mark.parametrize("break_database", [lock_database, make_read_only])
def test_a_failed_write_is_refused_with_an_explanation(ana, second_connection, break_database):
    undo = break_database(second_connection)
    refused = ana.post("/@ben/follow/", headers=SCRIPT)
    page = ana.post("/@ben/follow/", headers=PAGE)
    undo()
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert (page.status_code, "may not have been saved" in page.text) == (503, True)
    assert refused["Retry-After"] == page["Retry-After"] == "2"
    assert ana.post("/@ben/follow/", headers=SCRIPT).status_code == 204
    assert Follow.objects.count() == 1


def test_a_session_that_cannot_be_saved_is_not_a_bad_request(ana, settings):
    """Django alone would answer 400, as for a session that was deleted meanwhile."""
    settings.ROOT_URLCONF = __name__
    undo = make_read_only(None)
    answer = ana.post("/remember/", headers=SCRIPT)
    undo()
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_a_page_reloads_itself_until_the_database_is_back(
    both_databases, second_connection, monkeypatch
):
    make_user("ben")
    client = Client(raise_request_exception=False)
    if connection.vendor == "sqlite":
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "NAME", "/nowhere/db.sqlite3")
    else:
        connection.ensure_connection()
        pid = connection.connection.info.backend_pid
        execute(second_connection, f"SELECT pg_terminate_backend({pid}, 5000)")
    page = client.get("/@ben/")
    connection.close()
    monkeypatch.undo()
    assert page.status_code == 503
    assert '<meta http-equiv="refresh" content="5">' in page.text
    assert client.get("/@ben/").status_code == 200


def test_sign_in_attempts_during_an_outage_are_not_counted(ana, second_connection):
    EmailAddress.objects.create(user=User.objects.get(handle="ana"), email="a@b.c", verified=True)
    form = {"login": "ana", "password": "a good password"}
    stranger = Client(raise_request_exception=False)
    undo = make_people_unreachable(second_connection)
    attempts = [stranger.post("/accounts/login/", form, headers=SCRIPT) for _ in range(7)]
    undo()
    assert [each.status_code for each in attempts] == [503] * 7
    assert stranger.post("/accounts/login/", form, headers=PAGE).status_code == 302


def error_of(function):
    with pytest.raises(Error) as caught:
        function()
    return caught.value


def test_a_full_disk_counts_as_unavailable_but_a_faulty_query_does_not(both_databases):
    ana = make_user("ana")
    error = error_of(lambda: execute(connection, "SELECT * FROM no_such_table"))
    assert isinstance(error, OperationalError | ProgrammingError)
    assert not is_unavailable(error)
    duplicate = error_of(lambda: User.objects.create(handle="ana", email=ana.email))
    assert isinstance(duplicate, IntegrityError)
    assert not is_unavailable(duplicate)
    if connection.vendor == "sqlite":
        execute(connection, "PRAGMA max_page_count = 1")
        full = error_of(lambda: execute(connection, "CREATE TABLE large AS SELECT zeroblob(5e7)"))
        execute(connection, "PRAGMA max_page_count = 1000000")
    else:
        execute(connection, "SET temp_file_limit = 0", "SET work_mem = 64")
        many = "SELECT a FROM generate_series(1, 99999) AS a ORDER BY a DESC LIMIT 1 OFFSET 99990"
        full = error_of(lambda: execute(connection, many))
    assert is_unavailable(full)
