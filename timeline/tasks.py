"""What the worker does for the timeline."""

from celery import shared_task
from django.db import transaction

from timeline import publishing, uploads
from timeline.models import Post


@shared_task
def prepare_pictures() -> None:
    publishing.prepare_waiting()


@shared_task
def forget_uploads() -> None:
    uploads.forget_orphans(set(Post.objects.exclude(upload="").values_list("upload", flat=True)))


def request_preparation() -> None:
    """On commit, have a worker look; without Redis the schedule has one look soon."""
    transaction.on_commit(prepare_pictures.delay, robust=True)
