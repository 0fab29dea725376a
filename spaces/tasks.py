"""What happens to Spaces on a schedule (config/settings.py: CELERY_BEAT_SCHEDULE)."""

import structlog
from celery import shared_task

from spaces import retention
from spaces.actions import attendance
from spaces.models import Space

log = structlog.get_logger(__name__)


@shared_task
def look_after_stages() -> None:
    """Look for people on stages who lost their connection. A generated sound needs nobody."""
    live = Space.objects.live().filter(soundscape=False)
    for space in live.select_related("host", "host_before"):
        try:
            attendance.look_after(space)
        except Exception:  # the trouble of one Space is not that of the next
            log.exception("stage_not_looked_after", space=space.public_id)


@shared_task
def sweep() -> None:
    log.info("retention_swept", app="spaces", **retention.sweep())
