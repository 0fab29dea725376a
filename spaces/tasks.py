"""Scheduled work on Spaces (config/settings.py: CELERY_BEAT_SCHEDULE)."""

import structlog
from celery import shared_task

from spaces import retention
from spaces.actions import attendance
from spaces.models import Space

log = structlog.get_logger(__name__)


@shared_task
def update_stages() -> None:
    """Find people on stages who lost their connection. A generated sound needs nobody."""
    live = Space.objects.live().filter(soundscape=False)
    for space in live.select_related("host", "host_before"):
        try:
            attendance.update(space)
        except Exception:  # go on with the others
            log.exception("stage_not_updated", space=space.public_id)


@shared_task
def sweep() -> None:
    log.info("retention_swept", app="spaces", **retention.sweep())
