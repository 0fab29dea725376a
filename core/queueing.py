"""Queue tasks for the worker, or cope with Redis being away."""

import structlog
from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerError

log = structlog.get_logger(__name__)


def queue_on_commit(task: "Task[..., None]", *arguments: object) -> None:
    """Queue a task that nobody waits for. Without Redis the task is lost, which is logged."""
    transaction.on_commit(lambda: _try_to_queue(task, *arguments), robust=True)


def queue_or_run(task: "Task[..., None]", *arguments: object) -> None:
    """Queue a task that somebody waits for. Without Redis it runs at once, however slow."""
    if not _try_to_queue(task, *arguments):
        task.run(*arguments)


def _try_to_queue(task: "Task[..., None]", *arguments: object) -> bool:
    try:
        task.delay(*arguments)
    except BrokerError as error:
        log.warning("task_not_queued", task=task.name, error=repr(error))
        return False
    return True
