"""What happens to Spaces on a schedule (config/settings.py: CELERY_BEAT_SCHEDULE)."""

from celery import shared_task

from spaces import attendance
from spaces.models import Space


@shared_task
def look_after_stages() -> None:
    """Who on a stage lost their line, and what follows. A generated sound needs nobody."""
    live = Space.objects.live().filter(soundscape=False)
    for space in live.select_related("host", "host_before"):
        attendance.look_after(space)
