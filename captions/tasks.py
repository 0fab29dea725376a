"""Scheduled tasks for captions (CELERY_BEAT_SCHEDULE in config/settings.py)."""

import structlog
from celery import shared_task

from captions import retention

log = structlog.get_logger(__name__)


@shared_task
def sweep() -> None:
    log.info("retention_swept", app="captions", **retention.sweep())
