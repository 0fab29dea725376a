"""Write, publish, delete, like and unlike posts. Counts stay correct under concurrent requests.

Each change of a count updates the post that stores the count, and so locks its row, in the same
transaction. If that post was deleted in the meantime, `_change_count` finds no row and raises Gone.
"""

from collections.abc import Collection
from textwrap import shorten

from django.core.files.base import File
from django.db import transaction
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce, Lower

from accounts.blocking import hidden_ids
from accounts.models import User
from core.pictures import Picture
from core.refusals import Refusal
from notifications.inbox import notify
from spaces.models import Space
from timeline import pins, uploads
from timeline.models import Like, Post
from timeline.models.post import PostQuerySet, PostState
from timeline.pictures import new_name
from timeline.refusals import Gone
from timeline.wording import handles_in, space_in

QUOTE_LENGTH = 120  # characters of a post that a notification quotes


@transaction.atomic
def write(
    *,
    author: User,
    text: str,
    picture: Picture | None = None,
    upload: "File[bytes] | None" = None,
    alt: str = "",
    space: Space | None = None,
    reply_to: Post | None = None,
) -> Post:
    """Create a post. Without a `space`, it shows the card of the first Space linked in the text.

    With an `upload`, which must have passed `core.pictures.check`, the post is published after the
    worker has re-encoded the picture (`timeline.tasks.request_preparation`). With a `picture`,
    which must have been re-encoded already, the post is published at once. A reply to a reply
    becomes a reply to the top post. Raise Gone if the post that it replies to was deleted.
    """
    parent_id = (reply_to.reply_to_id or reply_to.pk) if reply_to else None
    post = Post(
        author=author,
        text=text,
        alt=alt if picture or upload else "",
        space=space or _space_linked_in(text, author),
        reply_to_id=parent_id,
    )
    if upload is not None:
        if parent_id is not None and not Post.objects.filter(pk=parent_id).exists():
            raise Gone
        post.state = PostState.PREPARING
        post.upload = uploads.store(upload)
        post.save()
        return post
    if parent_id is not None:
        _change_count(parent_id, "reply_count", by=1)
    if picture:
        _attach(post, picture)
    post.save()
    _notify(post)
    return post


@transaction.atomic
def publish(post: Post, *, picture: Picture | None = None) -> bool:
    """Publish a post whose picture is ready, or, without `picture`, a post whose picture failed.

    Return True if this call published the post. Raise Gone if the post that it replies to was
    deleted.
    """
    if post.reply_to_id is not None:
        # Every function locks the parent's row before the reply's, so that two can't deadlock.
        _change_count(post.reply_to_id, "reply_count", by=1)
    locked = Post.objects.select_for_update(of=("self",)).filter(pk=post.pk)
    locked = locked.exclude(state=PostState.PUBLISHED)
    found = locked.select_related("author", "reply_to__author").first()
    if found is None:
        transaction.set_rollback(True)
        return False
    uploads.delete_on_commit(found.upload)
    found.state, found.upload, found.failure = PostState.PUBLISHED, "", ""
    if picture:
        _attach(found, picture)
    else:
        found.alt = ""
    found.save()
    _notify(found)
    return True


def fail(post: Post, *, reason: str) -> bool:
    """Mark a post as failed, and notify its author of the reason; nobody else sees the post.

    Return False if the post is no longer being prepared.
    """
    with transaction.atomic():
        preparing = Post.objects.filter(pk=post.pk, state=PostState.PREPARING)
        if not preparing.update(state=PostState.FAILED, upload="", failure=reason):
            return False
        uploads.delete_on_commit(post.upload)
        text = f"Your post “{_quote(post)}” isn't published yet. {reason}"
        notify(post.author, kind="picture", text=text, url=post.get_absolute_url())
        return True


def delete(post: Post, *, by: User) -> None:
    """Delete a post; raise Refusal unless `by` is its author. Staff decide on reports instead."""
    if post.author_id != by.pk:
        raise Refusal("not_yours", "Only its author can delete a post.", status=403)
    remove(post, by=by)


def remove(post: Post, *, by: User) -> None:
    """Delete a post and its replies; removing it again changes nothing."""
    remove_all([post.pk], by=by)


@transaction.atomic
def remove_all(pks: Collection[int], *, by: User) -> None:
    """Delete these posts and their replies, with the same number of queries as for one post.

    Rows are locked in the order of their keys, and a post before its replies. So a concurrent call
    that likes, publishes or replies to one of these posts waits for the lock, and then raises Gone.
    """
    to_delete = Post.objects.filter(pk__in=pks)
    answered = to_delete.values_list("reply_to", flat=True)
    parents = {pk for pk in answered if pk is not None} - set(pks)
    _lock(Post.objects.filter(pk__in={*pks, *parents}))
    replies = _lock(Post.objects.filter(reply_to__in=pks))
    to_delete = Post.objects.filter(pk__in={*pks, *replies})
    _subtract_replies(to_delete, of=parents)
    for each in to_delete.exclude(image="", upload="").only("image", "upload"):
        if each.image:
            _delete_image_on_commit(each)
        uploads.delete_on_commit(each.upload)
    deleted_pins = pins.pins_of(to_delete)
    to_delete.delete()
    transaction.on_commit(lambda: pins.publish_unpinned(deleted_pins, by=by))


def like(post: Post, *, user: User) -> bool:
    """Like a post; return False if the user already likes it. Raise Gone if the post was deleted
    or is not published."""
    with transaction.atomic():
        if not Post.objects.published().filter(pk=post.pk).exists():
            raise Gone
        _, created = Like.objects.get_or_create(post=post, user=user)
        if created:
            _change_count(post.pk, "like_count", by=1)
            quote = f"your post: “{_quote(post)}”"
            notify(
                post.author,
                kind="like",
                subject=f"post:{post.pk}",
                text=f"{user.name} likes {quote}",
                many=f"like {quote}",
                url=post.get_absolute_url(),
                actor=user,
            )
        return created


def unlike(post: Post, *, user: User) -> bool:
    """Unlike a post; return False if the user does not like it."""
    with transaction.atomic():
        deleted, _ = Like.objects.filter(post=post, user=user).delete()
        if deleted:
            _change_count(post.pk, "like_count", by=-1)
        return bool(deleted)


def unlike_all(posts: Collection[int], *, user: User) -> None:
    """Unlike all these posts, with the same number of queries as for one post."""
    with transaction.atomic():
        _lock(Post.objects.filter(pk__in=posts))
        likes = Like.objects.filter(post__in=posts, user=user)
        Post.objects.filter(pk__in=likes.values("post")).update(like_count=F("like_count") - 1)
        likes.delete()


def _lock(posts: PostQuerySet) -> list[int]:
    """Lock these posts for the rest of the transaction; return their keys."""
    locked = posts.select_for_update().order_by("pk")
    return list(locked.values_list("pk", flat=True))


def _subtract_replies(to_delete: PostQuerySet, *, of: Collection[int]) -> None:
    """Subtract the published replies that will be deleted from the counts of their parents."""
    if not of:
        return
    replies = to_delete.published().filter(reply_to=OuterRef("pk")).order_by().values("reply_to")
    number = Coalesce(Subquery(replies.annotate(number=Count("pk")).values("number")), 0)
    Post.objects.filter(pk__in=of).update(reply_count=F("reply_count") - number)


def _change_count(post_id: int, column: str, *, by: int) -> None:
    if not Post.objects.filter(pk=post_id).update(**{column: F(column) + by}):
        raise Gone


def _attach(post: Post, picture: Picture) -> None:
    post.image_width, post.image_height = picture.width, picture.height
    post.image.save(new_name(), picture.file, save=False)


def _notify(post: Post) -> None:
    """Save the mentions. Notify the author to whom the post replies, and all mentioned people, once
    each."""
    author, url = post.author, post.get_absolute_url()
    mentioned = _mentioned_people(post.text, author)
    post.mentions.set(mentioned)
    if author.is_suspended or not author.is_active:
        return  # the account was suspended or closed after the post was written, so it is hidden
    answered = post.reply_to.author if post.reply_to else None
    if answered is not None:
        text = f"{author.name} replied to you: “{_quote(post)}”"
        notify(answered, kind="reply", subject=f"post:{post.pk}", text=text, url=url, actor=author)
    for person in mentioned:
        if person != answered:
            text = f"{author.name} mentioned you: “{_quote(post)}”"
            notify(
                person, kind="mention", subject=f"post:{post.pk}", text=text, url=url, actor=author
            )


def _quote(post: Post) -> str:
    return shorten(post.text, width=QUOTE_LENGTH, placeholder="…")


def _space_linked_in(text: str, author: User) -> Space | None:
    public_id = space_in(text)
    if not public_id:
        return None
    return Space.objects.visible_to(author).filter(public_id=public_id).first()


def _mentioned_people(text: str, author: User) -> list[User]:
    """Return the people whom the text mentions and who exist.

    Leave out people who block the author or whom the author blocks.
    """
    handles = handles_in(text)
    if not handles:
        return []
    people = User.objects.active().alias(lower=Lower("handle")).filter(lower__in=handles)
    return list(people.exclude(pk__in=hidden_ids(author)))


def _delete_image_on_commit(post: Post) -> None:
    storage, name = post.image.storage, str(post.image.name)
    # If deleting the file fails, the error is logged (robust=True); the post is deleted anyway.
    transaction.on_commit(lambda: storage.delete(name), robust=True)
