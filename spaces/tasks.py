"""Scheduled tasks for Spaces (CELERY_BEAT_SCHEDULE in config/settings.py)."""

import structlog
from celery import shared_task

from spaces import retention
from spaces.actions import attendance
from spaces.models import Space

log = structlog.get_logger(__name__)


@shared_task
def update_stages() -> None:
    """Find people on stages who lost their connection."""
    changed = Space.objects.live().filter(pk__in=attendance.find_changed())
    for space in changed.select_related("host", "host_before"):
        try:
            attendance.update(space)
        except Exception:  # continue with the other Spaces
            log.exception("stage_not_updated", space=space.public_id)


@shared_task
def sweep() -> None:
    log.info("retention_swept", app="spaces", **retention.sweep())
