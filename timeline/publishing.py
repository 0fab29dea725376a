"""The worker's part of a post with a picture: redraw what waits, then publish it.

The database is the queue: whoever is woken takes whatever waits, the oldest first, so that a lost
message costs a few seconds and a crash of the worker nothing. A picture is redrawn outside of any
transaction; a claim that runs out keeps two workers from doing the same.
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
from timeline.pictures import redraw
from timeline.refusals import Gone

CLAIM = timedelta(minutes=1)  # longer than redrawing takes at most
GIVE_UP_AFTER = timedelta(hours=1)
OUR_FAULT = "Something on our side kept your picture from being prepared. Post it again."
MOST_AT_ONCE = 50  # by one task; the next is a few seconds away

log = structlog.get_logger(__name__)


def prepare_waiting() -> int:
    """Redraw and publish what waits; returns how many. While another thread of this process is at
    it, nothing is done: that one takes what is new as well."""
    done = 0
    while done < MOST_AT_ONCE and (post := _claim()) is not None:
        try:
            _prepare(post)
        except pictures.Busy:
            _let_go(post)
            break
        except Exception:
            log.exception("picture_not_prepared", post=post.pk)  # tried again when the claim ends
            if post.created_at < timezone.now() - GIVE_UP_AFTER:
                posts.fail(post, words=OUR_FAULT)
        done += 1
    return done


def _claim() -> Post | None:
    """The oldest that nobody has in hand."""
    now = shared_clock.now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    waiting = Post.objects.filter(free, state=PostState.PREPARING).order_by("pk")
    for post in waiting.select_related("author")[:MOST_AT_ONCE]:
        if waiting.filter(pk=post.pk).update(claimed_until=now + CLAIM):
            return post
    return None


def _let_go(post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(claimed_until=None)


def _prepare(post: Post) -> None:
    try:
        with uploads.open_upload(post.upload) as upload:
            picture = redraw(upload, patience=0)
        posts.publish(post, picture=picture)
    except ValidationError as error:
        posts.fail(post, words=" ".join(error.messages))
    except FileNotFoundError:
        if Post.objects.filter(pk=post.pk, state=PostState.PREPARING).exists():
            posts.fail(post, words=OUR_FAULT)
    except Gone:  # what it answers was deleted, and this with it
        uploads.forget(post.upload)
