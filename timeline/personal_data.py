"""What this app holds about a person: see `accounts.personal_data`."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.db.models import F

from accounts.models import User
from accounts.personal_data import Part, StoredFile, Table
from timeline import posts
from timeline.models import Like, Pin, Post

FIELDS = ("id", "text", "alt", "image", "reply_to", "created_at")
SPACE = F("space__public_id")


def export(user: User) -> Iterator[Part]:
    written = Post.objects.filter(author=user).order_by("pk")
    yield Table("posts", written.values(*FIELDS, linked_space=SPACE).iterator())
    likes = Like.objects.filter(user=user).order_by("pk")
    yield Table("likes", likes.values("post", "at", author=F("post__author__handle")).iterator())
    pinned = Pin.objects.filter(pinned_by=user).order_by("pk")
    yield Table("pins", pinned.values("post", "at", in_space=SPACE).iterator())
    for stored_as in written.exclude(image="").values_list("image", flat=True).iterator():
        name = f"pictures/posts/{PurePosixPath(stored_as).name}"
        yield StoredFile(name, default_storage, stored_as)


def erase(user: User) -> None:
    """Posts go as if their author had deleted each, with the replies to it."""
    for like in Like.objects.filter(user=user).select_related("post"):
        posts.unlike(like.post, user=user)
    Pin.objects.filter(pinned_by=user).delete()
    for post in Post.objects.filter(author=user).order_by("-pk"):
        posts.remove(post, by=user)
    user.mentioned_in.clear()
