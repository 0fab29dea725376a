"""Tasks that keep personal data in order: exports, deletions, retention."""

import structlog
from celery import shared_task

from accounts import archive, deletion, orphans, retention

log = structlog.get_logger(__name__)


@shared_task
def make_export(pk: int) -> None:
    archive.make(pk)


@shared_task
def keep_up() -> None:
    """On a schedule (config/settings.py: CELERY_BEAT_SCHEDULE)."""
    for pk in archive.take_up_lost():
        make_export.delay(pk)
    deletion.erase_due()
    log.info("retention_swept", app="accounts", **retention.sweep())


@shared_task
def forget_orphans() -> None:
    log.info("orphans_swept", app="accounts", files=orphans.forget())
