"""Posts on the wall of a live Space, for all in it to see: at most eight, the newest first."""

from contextlib import suppress
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.wire import person
from core.refusals import Refusal
from spaces.actions.locks import lock_space
from spaces.models import Space
from spaces.permissions import MAY, Act, role_of
from spaces.refusals import NotLive
from spaces.room.publish import publish
from spaces.viewer import Viewer
from timeline.events import Pinned, Unpinned
from timeline.models import Pin, Post
from timeline.refusals import Gone

MOST = 8


class WallFull(Refusal):
    def __init__(self) -> None:
        super().__init__("wall_full", f"{MOST} posts are pinned already. Unpin one first.")


def pin(space: Space, *, post: Post, by: User) -> None:
    """Pin a post; pinning it twice changes nothing. Raises WallFull or Gone."""
    with lock_space(space):
        # Who deletes it meanwhile has its row: we wait, and find it gone.
        rows = Post.objects.select_for_update(of=("self",), no_key=True)
        found = rows.select_related("author").filter(pk=post.pk).first()
        if found is None:
            raise Gone
        if not found.is_published:
            words = "This post isn't published yet. Pin it once its picture is ready."
            raise Refusal("not_published", words)
        wall = Pin.objects.filter(space=space)
        if wall.filter(post=found).exists():
            return
        if wall.count() >= MOST:
            raise WallFull
        made = Pin.objects.create(space=space, post=found, pinned_by=by)
        publish(space, Pinned(**shown(made)), actor=by)


def unpin(space: Space, *, post_id: int, by: User) -> None:
    """Unpin a post, for whoever pinned it or a host; doing so twice changes nothing."""
    with lock_space(space):
        found = Pin.objects.filter(space=space, post_id=post_id).first()
        if found is None:
            return
        if found.pinned_by_id != by.pk and Act.UNPIN not in MAY[role_of(space, Viewer(by))]:
            words = "Only a host, or whoever pinned it, can unpin this post."
            raise Refusal("not_your_pin", words, status=403)
        found.delete()
        publish(space, _gone(found, by), actor=by)


def pins_of(posts: QuerySet[Post]) -> list[Pin]:
    """On walls of live Spaces."""
    hanging = Pin.objects.filter(post__in=posts, space__in=Space.objects.live())
    return list(hanging.select_related("space"))


def tell_gone(pins: list[Pin], *, by: User) -> None:
    """After posts and their pins were deleted: what locks posts locks no Space."""
    for pin in pins:
        with suppress(NotLive), lock_space(pin.space):
            publish(pin.space, _gone(pin, by))


def take_down_all(author: User) -> None:
    """Off every wall, with all they wrote."""
    hanging = Pin.objects.filter(post__author=author, space__in=Space.objects.live())
    for pin in hanging.select_related("space"):
        with suppress(NotLive), lock_space(pin.space):
            taken, _ = Pin.objects.filter(pk=pin.pk).delete()
            if taken:
                publish(pin.space, _gone(pin, author))


def wall(space: Space) -> dict[str, Any]:
    """The part of a snapshot (settings.SNAPSHOT_PARTS)."""
    pins = Pin.objects.filter(space=space, post__in=Post.objects.visible_to(None))
    pins = pins.select_related("post__author", "pinned_by")
    return {"pins": [shown(each) for each in pins]}


def _gone(pin: Pin, by: User) -> Unpinned:
    return Unpinned(id=pin.post_id, who=User(pk=pin.pinned_by_id).key, by=by.key)


def shown(pin: Pin) -> dict[str, Any]:
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
