"""Handing work to the worker, also while Redis, which carries it there, is away."""

import structlog
from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerError

log = structlog.get_logger(__name__)


def queue_on_commit(task: "Task[..., None]", *arguments: object) -> None:
    """For what nobody waits for: without Redis the change stands, the task is lost and logged."""
    transaction.on_commit(lambda: _try_to_queue(task, *arguments), robust=True)


def queue_or_run(task: "Task[..., None]", *arguments: object) -> None:
    """For what somebody waits for: without Redis it is done at once, as slow as that may be."""
    if not _try_to_queue(task, *arguments):
        task.run(*arguments)


def _try_to_queue(task: "Task[..., None]", *arguments: object) -> bool:
    try:
        task.delay(*arguments)
    except BrokerError as error:
        log.warning("task_not_queued", task=task.name, error=repr(error))
        return False
    return True
