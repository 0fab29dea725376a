"""Export and erase a person's posts, likes and pins (see `accounts.personal_data`)."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.db.models import F

from accounts.models import User
from accounts.personal_data import Part, StoredFile, Table
from core.batches import delete_in_batches
from timeline import posts
from timeline.models import Like, Pin, Post

FIELDS = ("id", "text", "alt", "image", "reply_to", "created_at")
BATCH = 500  # posts that one transaction deletes, with their pictures
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
    """Delete the person's likes, pins and posts, with all replies to these posts.

    Counts change as if the person had deleted each of them. Rows are deleted in batches,
    because the posts of one person, or the replies to them, may not fit into memory.
    """
    likes = Like.objects.filter(user=user).values_list("post", flat=True)
    while liked := list(likes[:BATCH]):
        posts.unlike_all(liked, user=user)
    delete_in_batches(Pin.objects.filter(pinned_by=user))
    written = Post.objects.filter(author=user).order_by().values_list("pk", flat=True)
    while batch := list(written[:BATCH]):
        replies = Post.objects.filter(reply_to__in=batch).order_by().values_list("pk", flat=True)
        while reply_batch := list(replies[:BATCH]):
            posts.remove_all(reply_batch, by=user)
        posts.remove_all(batch, by=user)
    user.mentioned_in.clear()
