"""The posts that are pinned in a live Space and shown to everyone in it: at most eight."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.person_json import person
from core.refusals import Refusal
from spaces.actions.locks import lock_space
from spaces.models import Space
from spaces.moments import Moment
from spaces.permissions import MAY, Act, role_of
from spaces.refusals import NotLive
from spaces.room.publish import publish
from spaces.viewer import Viewer
from timeline.events import Pinned, Unpinned
from timeline.models import Pin, Post
from timeline.refusals import Gone

MAX_PINS = 8


class TooManyPins(Refusal):
    def __init__(self) -> None:
        super().__init__("wall_full", f"{MAX_PINS} posts are pinned already. Unpin one first.")


def pin(space: Space, *, post: Post, by: User) -> None:
    """Pin a post; pinning it again changes nothing.

    Raise Gone if the post was deleted, TooManyPins if MAX_PINS others are pinned, or a Refusal if
    the post is not published.
    """
    with lock_space(space):
        # If another transaction is deleting the post, this waits for it, and then finds no row.
        rows = Post.objects.select_for_update(of=("self",), no_key=True)
        found = rows.select_related("author").filter(pk=post.pk).first()
        if found is None:
            raise Gone
        if not found.is_published:
            message = "This post isn't published yet. Pin it once its picture is ready."
            raise Refusal("not_published", message)
        pins = Pin.objects.filter(space=space)
        if pins.filter(post=found).exists():
            return
        if pins.count() >= MAX_PINS:
            raise TooManyPins
        created = Pin.objects.create(space=space, post=found, pinned_by=by)
        publish(space, Pinned(**_fields(created)), actor=by)


def unpin(space: Space, *, post_id: int, by: User) -> None:
    """Unpin a post; unpinning it again changes nothing.

    Raise Refusal unless `by` is a host or the person who pinned the post.
    """
    with lock_space(space):
        found = Pin.objects.filter(space=space, post_id=post_id).first()
        if found is None:
            return
        if found.pinned_by_id != by.pk and Act.UNPIN not in MAY[role_of(space, Viewer(by))]:
            message = "Only a host or the person who pinned this post can unpin it."
            raise Refusal("not_your_pin", message, status=403)
        found.delete()
        publish(space, _unpinned(found, by), actor=by)


def pins_of(posts: QuerySet[Post]) -> list[Pin]:
    """Return the pins of these posts in live Spaces."""
    live = Pin.objects.filter(post__in=posts, space__in=Space.objects.live())
    return list(live.select_related("space"))


def publish_unpinned(pins: list[Pin], *, by: User) -> None:
    """Publish that pins were deleted together with their posts.

    Call it after the transaction that deleted the posts, because a transaction that locks posts
    must not lock a Space.
    """
    for pin in pins:
        with suppress(NotLive), lock_space(pin.space):
            publish(pin.space, _unpinned(pin, by))


def unpin_all(author: User) -> None:
    """Unpin all posts of this person in live Spaces."""
    live = Pin.objects.filter(post__author=author, space__in=Space.objects.live())
    for pin in live.select_related("space"):
        with suppress(NotLive), lock_space(pin.space):
            deleted, _ = Pin.objects.filter(pk=pin.pk).delete()
            if deleted:
                publish(pin.space, _unpinned(pin, author))


def snapshot_part(space: Space) -> dict[str, Any]:
    """Return the pins for a room's snapshot (settings.SNAPSHOT_PARTS)."""
    pins = Pin.objects.filter(space=space, post__in=Post.objects.visible_to(None))
    pins = pins.select_related("post__author", "pinned_by")
    return {"pins": [_fields(each) for each in pins]}


def moments(space: Space, reader: User | None) -> Iterator[Moment]:
    """Return when posts were pinned (settings.SPACE_MOMENTS), without posts that were unpinned."""
    visible = Post.objects.visible_to(reader)
    for pinned in Pin.objects.filter(space=space, post__in=visible).select_related("post"):
        yield Moment(pinned.at, "pin", pinned.post.text or pinned.post.alt or "A picture")


def _unpinned(pin: Pin, by: User) -> Unpinned:
    return Unpinned(id=pin.post_id, who=User(pk=pin.pinned_by_id).key, by=by.key)


def _fields(pin: Pin) -> dict[str, Any]:
    """Return the fields of the event `pinned`, which are also the format in snapshots."""
    post = pin.post
    return {
        "id": post.pk,
        "person": person(post.author),
        "text": post.text,
        "picture": post.image.url if post.image else "",
        "alt": post.alt,
        "url": post.get_absolute_url(),
        "by": person(pin.pinned_by),
    }
