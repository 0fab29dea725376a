"""The fixture `both_databases` works as described."""

import threading

from django.contrib.auth.models import Group
from django.db import connection


def test_each_run_uses_its_own_database(both_databases):
    assert connection.vendor == both_databases


def test_threads_use_the_same_database(both_databases):
    Group.objects.create(name="seen by all")
    seen = []

    def read():
        seen.append((connection.vendor, Group.objects.filter(name="seen by all").count()))
        connection.close()

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert seen == [(both_databases, 1)]


def test_rows_of_one_test_are_gone_in_the_next(both_databases):
    assert not Group.objects.filter(name="seen by all").exists()
