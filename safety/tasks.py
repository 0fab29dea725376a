"""Scheduled tasks (settings.CELERY_BEAT_SCHEDULE)."""

from collections.abc import Iterable

import structlog
from celery import shared_task

from accounts import orphans
from safety import retention
from safety.models import Report

log = structlog.get_logger(__name__)


def _evidence_names() -> Iterable[str]:
    pictures = Report.objects.exclude(evidence={}).values_list("evidence__pictures", flat=True)
    return (name for each in pictures.iterator() for name in each or {})


FOLDERS = [orphans.Folder("evidence", "", _evidence_names)]


@shared_task
def sweep() -> None:
    log.info("retention_swept", app="safety", **retention.sweep())


@shared_task
def delete_orphans() -> None:
    log.info("orphans_swept", app="safety", files=orphans.delete(FOLDERS))
