"""Tasks for the worker: build exports, erase accounts, delete old data and orphaned files.

`build_export` is queued when a person requests an export. The other tasks are scheduled in
settings.CELERY_BEAT_SCHEDULE.
"""

import structlog
from celery import shared_task

from accounts import archive, deletion, orphans, retention

log = structlog.get_logger(__name__)


@shared_task
def build_export(pk: int) -> None:
    archive.build(pk)


@shared_task
def maintain_accounts() -> None:
    """Restart exports whose task was lost in the queue or whose worker died, erase accounts that
    are due, and delete old data."""
    for pk in archive.find_to_restart():
        build_export.delay(pk)
    deletion.erase_due()
    log.info("retention_swept", app="accounts", **retention.sweep())


@shared_task
def delete_orphans() -> None:
    log.info("orphans_swept", app="accounts", files=orphans.delete())
