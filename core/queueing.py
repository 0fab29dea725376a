"""Queue tasks for the worker. During an outage of Redis, run the task or log that it is lost."""

import structlog
from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerError

log = structlog.get_logger(__name__)


def queue_on_commit(task: "Task[..., None]", *arguments: object) -> None:
    """Queue a task that nobody waits for. If Redis is down, log that the task is lost."""
    transaction.on_commit(lambda: _try_to_queue(task, *arguments), robust=True)


def queue_or_run(task: "Task[..., None]", *arguments: object) -> None:
    """Queue a task that a person waits for. If Redis is down, run the task at once."""
    if not _try_to_queue(task, *arguments):
        task.run(*arguments)


def _try_to_queue(task: "Task[..., None]", *arguments: object) -> bool:
    try:
        task.delay(*arguments)
    except BrokerError as error:
        log.warning("task_not_queued", task=task.name, error=repr(error))
        return False
    return True
