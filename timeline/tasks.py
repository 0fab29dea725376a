"""Tasks for preparing pictures and deleting orphaned files (settings.CELERY_BEAT_SCHEDULE)."""

import structlog
from celery import shared_task

from accounts import orphans
from core.queueing import queue_on_commit
from timeline import publishing
from timeline.models import Post

log = structlog.get_logger(__name__)

FOLDERS = [
    orphans.Folder("uploads", "", lambda: Post.objects.values_list("upload", flat=True).iterator()),
    orphans.Folder(
        "default", "posts", lambda: Post.objects.values_list("image", flat=True).iterator()
    ),
]


@shared_task
def prepare_pictures() -> None:
    publishing.prepare_waiting()


@shared_task
def delete_orphans() -> None:
    log.info("orphans_swept", app="timeline", files=orphans.delete(FOLDERS))


def request_preparation() -> None:
    """Queue the task on commit. If Redis is down, Celery beat queues it when Redis is back."""
    queue_on_commit(prepare_pictures)
