"""The fixture `both_databases` keeps its word."""

import threading

from django.contrib.auth.models import Group
from django.db import connection


def test_each_run_meets_its_own_database(both_databases):
    assert connection.vendor == both_databases


def test_threads_meet_the_same_database(both_databases):
    Group.objects.create(name="seen by all")
    seen = []

    def look():
        seen.append((connection.vendor, Group.objects.filter(name="seen by all").count()))
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [(both_databases, 1)]


def test_what_a_test_wrote_is_gone_in_the_next(both_databases):
    assert not Group.objects.filter(name="seen by all").exists()
