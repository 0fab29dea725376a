"""The Celery application. Its schedule is static; tasks look up in the database what is due."""

import logging.config
import os
import warnings
from typing import Any

from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import celeryd_init, setup_logging
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

from config import (
    worker_heartbeat as worker_heartbeat,
)  # importing connects a receiver to the heartbeat signal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("spaces", task_cls="config.tasks:TimedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["accounts"], related_name="maintenance")
app.steps["worker"].add(
    DjangoStructLogInitStep
)  # log lines of a task contain the id of the request


@setup_logging.connect
def configure_logging(**_: Any) -> None:
    """Use the site's logging configuration instead of Celery's own."""
    logging.config.dictConfig(settings.LOGGING)


@celeryd_init.connect
def allow_root(**_: Any) -> None:
    """Don't warn about running as root in a demo, because a demo may run in a container."""
    if settings.DEMO:
        warnings.simplefilter("ignore", SecurityWarning)
