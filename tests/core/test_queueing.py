"""Tasks are queued after the commit. If Redis can't be reached, the change is saved anyway."""

import pytest
from django.db import transaction

from accounts.models import User
from accounts.tasks import send_email
from config.celery import app
from core.queueing import queue_on_commit, queue_or_run
from tests.factories import make_user
from tests.fixtures.task_queue import forget_connections

pytestmark = pytest.mark.django_db(transaction=True)
NOBODY = 0  # no row has this number, so no e-mail is sent


@pytest.fixture
def no_broker(task_queue, monkeypatch):
    for name, value in {"broker_url": "redis://127.0.0.1:1/0", "task_publish_retry": False}.items():
        monkeypatch.setitem(app.conf, name, value)
    forget_connections()


def test_a_change_is_saved_even_if_its_task_cannot_be_queued(no_broker, caplog):
    with transaction.atomic():
        person = make_user()
        queue_on_commit(send_email, "export_ready", NOBODY)
    assert User.objects.filter(pk=person.pk).exists()
    assert "task_not_queued" in caplog.text


def test_a_task_that_somebody_waits_for_runs_immediately(no_broker, caplog):
    caplog.set_level("INFO")
    queue_or_run(send_email, "export_ready", NOBODY)
    assert "email_not_sent" in caplog.text


def test_nothing_is_queued_for_a_change_that_was_rolled_back(task_queue):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue_on_commit(send_email, "export_ready", NOBODY)
        raise ZeroDivisionError
    assert task_queue.take_all() == []


def test_a_task_is_queued_after_the_commit(task_queue):
    with transaction.atomic():
        queue_on_commit(send_email, "export_ready", NOBODY)
        assert task_queue.take_all() == []
    assert task_queue.take_all() == [(send_email.name, ["export_ready", NOBODY])]
