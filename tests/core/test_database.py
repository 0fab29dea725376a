"""Asynchronous code uses the database through one function, which is bounded in time."""

import ast
import threading
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import QuerySet

from accounts.models import User
from core import database
from tests.factories import make_user

ROOT = Path(__file__).resolve().parent.parent.parent
ASYNC_QUERIES = {
    name for name in dir(QuerySet) if name.startswith("a") and name[1:] in dir(QuerySet)
}


def is_redis_subscription(node):
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "subscription.listen"


def async_queries(source):
    """Yield the lines that use Django's own asynchronous queries, whose connection may be dead."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AsyncFor):
            if not is_redis_subscription(node.iter):
                yield node.lineno
        elif isinstance(node, ast.comprehension) and node.is_async:
            yield node.iter.lineno
        elif isinstance(node, ast.Attribute) and node.attr in ASYNC_QUERIES:
            yield node.lineno


def test_no_code_uses_djangos_asynchronous_queries():
    assert "aget" in ASYNC_QUERIES
    assert list(async_queries("async def f():\n  return {x async for x in rows}")) == [2]
    folders = {ROOT / "config", *(Path(app.path) for app in apps.get_app_configs())}
    ours = [folder for folder in folders if folder.parent == ROOT]
    assert ROOT / "scheduling" in ours
    files = [path for folder in ours for path in folder.rglob("*.py")]
    assert {
        str(path.relative_to(ROOT)): lines
        for path in files
        if (lines := list(async_queries(path.read_text())))
    } == {}


@pytest.mark.django_db(transaction=True)
async def test_database_work_leaves_no_connection_open():
    await database.run(make_user, "ana")
    assert await database.run(User.objects.count) == 1
    assert await database.run(lambda: connection.connection) is None


async def test_a_database_that_hangs_counts_as_unavailable(monkeypatch):
    monkeypatch.setattr(database, "TIMEOUT", 0.01)
    answered = threading.Event()
    with pytest.raises(database.Unavailable) as caught:
        await database.run(answered.wait)
    answered.set()
    assert (caught.value.status, caught.value.headers) == (503, {"Retry-After": "2"})


async def test_an_error_of_our_own_is_raised_unchanged():
    def fail():
        raise ValueError("not the database")

    with pytest.raises(ValueError, match="not the database"):
        await database.run(fail)
