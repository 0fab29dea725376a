"""The worker. Its schedule is static; what is due stands in the database and a sweeper finds it."""

import logging.config
import os
import warnings
from typing import Any

from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import celeryd_init, setup_logging
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

from config import worker_pulse as worker_pulse  # connects itself to the worker's heartbeat

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("spaces", task_cls="config.tasks:TimedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["accounts"], related_name="maintenance")
app.steps["worker"].add(DjangoStructLogInitStep)  # a task logs under its request's id


@setup_logging.connect
def configure_logging(**_: Any) -> None:
    """Celery logs as the rest of the site does, not in a manner of its own."""
    logging.config.dictConfig(settings.LOGGING)


@celeryd_init.connect
def allow_root(**_: Any) -> None:
    """A copy for trying out may well run as root, in a container say."""
    if settings.DEMO:
        warnings.simplefilter("ignore", SecurityWarning)
