"""Scheduled tasks: restart lost exports, erase accounts, delete old data and orphaned files."""

import structlog
from celery import shared_task

from accounts import archive, deletion, orphans, retention

log = structlog.get_logger(__name__)


@shared_task
def make_export(pk: int) -> None:
    archive.make(pk)


@shared_task
def run() -> None:
    """Run by settings.CELERY_BEAT_SCHEDULE."""
    for pk in archive.find_to_restart():
        make_export.delay(pk)
    deletion.erase_due()
    log.info("retention_swept", app="accounts", **retention.sweep())


@shared_task
def delete_orphans() -> None:
    log.info("orphans_swept", app="accounts", files=orphans.delete())
