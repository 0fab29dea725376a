"""Publish posts with pictures, in the worker: re-encode the picture, then publish the post.

The database is the queue: each task processes waiting posts, oldest first. So if a Celery message
is lost, the post is only delayed by a few seconds, and if the worker crashes, no post is lost. A
picture is re-encoded outside of transactions. A worker claims a post for a limited time, so that
two workers don't re-encode the same picture.
"""

from datetime import timedelta

import structlog
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from core import pictures, shared_clock
from timeline import posts, uploads
from timeline.models import Post
from timeline.models.post import PostState
from timeline.pictures import reencode
from timeline.refusals import Gone

CLAIM = timedelta(minutes=1)  # longer than re-encoding can take
GIVE_UP_AFTER = timedelta(hours=1)
OUR_FAULT = "We couldn't prepare your picture because of an error on our side. Post it again."
BATCH = 50  # posts per task; the next task follows a few seconds later

log = structlog.get_logger(__name__)


def prepare_waiting() -> int:
    """Process at most BATCH waiting posts; return how many.

    If another thread of this process is already re-encoding a picture, leave the posts to it.
    """
    done = 0
    while done < BATCH and (post := _claim()) is not None:
        try:
            _prepare(post)
        except pictures.Busy:
            _release(post)
            break
        except Exception:
            log.exception("picture_not_prepared", post=post.pk)  # retried after the claim expires
            if post.created_at < timezone.now() - GIVE_UP_AFTER:
                posts.fail(post, reason=OUR_FAULT)
        done += 1
    return done


def _claim() -> Post | None:
    """Claim the oldest waiting post that no worker has claimed; return None if there is none."""
    now = shared_clock.now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    waiting = Post.objects.filter(free, state=PostState.PREPARING).order_by("pk")
    for post in waiting.select_related("author")[:BATCH]:
        if waiting.filter(pk=post.pk).update(claimed_until=now + CLAIM):
            return post
    return None


def _release(post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(claimed_until=None)


def _prepare(post: Post) -> None:
    try:
        with uploads.open_upload(post.upload) as upload:
            picture = reencode(upload, max_wait=0)
        posts.publish(post, picture=picture)
    except ValidationError as error:
        posts.fail(post, reason=" ".join(error.messages))
    except FileNotFoundError:
        if Post.objects.filter(pk=post.pk, state=PostState.PREPARING).exists():
            posts.fail(post, reason=OUR_FAULT)
    except Gone:  # the post that it replies to was deleted, and this reply as well
        uploads.delete_on_commit(post.upload)
