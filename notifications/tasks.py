"""Scheduled tasks (settings.CELERY_BEAT_SCHEDULE)."""

import structlog
from celery import shared_task

from notifications import retention

log = structlog.get_logger(__name__)


@shared_task
def sweep() -> None:
    log.info("retention_swept", app="notifications", **retention.sweep())
