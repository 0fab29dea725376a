"""Write, delete, like and unlike. The counts stay right however many do it at once.

Whatever touches a post's counts writes the row of the post that they stand on first, and finds it
gone if somebody deleted it meanwhile.
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

QUOTED = 120  # characters of a post in a notification


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
    """A new post. Without a `space`, the first one that the text links to is its card.

    With an `upload`, which `core.pictures.check` has passed, it is published once the worker
    has redrawn that (`timeline.tasks.request_preparation`). A reply to a reply answers the post
    above it: there is one level. Raises Gone.
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
        post.upload = uploads.keep(upload)
        post.save()
        return post
    if parent_id is not None:
        _count(parent_id, "reply_count", by=1)
    if picture:
        _show(post, picture)
    post.save()
    _tell(post)
    return post


@transaction.atomic
def publish(post: Post, *, picture: Picture | None = None) -> bool:
    """Show everyone a post that was prepared; without a picture, one whose picture failed. Whether
    this call did it. Raises Gone."""
    if post.reply_to_id is not None:
        _count(post.reply_to_id, "reply_count", by=1)  # its row first, as everywhere
    locked = Post.objects.select_for_update(of=("self",)).filter(pk=post.pk)
    locked = locked.exclude(state=PostState.PUBLISHED)
    found = locked.select_related("author", "reply_to__author").first()
    if found is None:
        transaction.set_rollback(True)
        return False
    uploads.forget(found.upload)
    found.state, found.upload, found.failure = PostState.PUBLISHED, "", ""
    if picture:
        _show(found, picture)
    else:
        found.alt = ""
    found.save()
    _tell(found)
    return True


def fail(post: Post, *, words: str) -> bool:
    """Tell the author why their picture can't be shown; the post stays with them."""
    with transaction.atomic():
        preparing = Post.objects.filter(pk=post.pk, state=PostState.PREPARING)
        if not preparing.update(state=PostState.FAILED, upload="", failure=words):
            return False
        uploads.forget(post.upload)
        told = f"Your post “{_short(post)}” isn't published yet. {words}"
        notify(post.author, kind="picture", text=told, url=post.get_absolute_url())
        return True


def delete(post: Post, *, by: User) -> None:
    """Raises Refusal for who did not write it: staff remove one by deciding on a report."""
    if post.author_id != by.pk:
        raise Refusal("not_yours", "Only its author can delete a post.", status=403)
    remove(post, by=by)


def remove(post: Post, *, by: User) -> None:
    """Delete a post and its replies; doing so twice changes nothing."""
    remove_all([post.pk], by=by)


@transaction.atomic
def remove_all(pks: Collection[int], *, by: User) -> None:
    """Delete these posts and their replies, in as many queries as for one.

    Rows are taken in the order of their keys, and a post before its replies: who likes, answers or
    publishes one of them meanwhile waits there, and finds it gone.
    """
    doomed = Post.objects.filter(pk__in=pks)
    answered = doomed.values_list("reply_to", flat=True)
    parents = {pk for pk in answered if pk is not None} - set(pks)
    _lock(Post.objects.filter(pk__in={*pks, *parents}))
    replies = _lock(Post.objects.filter(reply_to__in=pks))
    doomed = Post.objects.filter(pk__in={*pks, *replies})
    _count_replies_less(doomed, of=parents)
    for each in doomed.exclude(image="", upload="").only("image", "upload"):
        if each.image:
            _forget(each)
        uploads.forget(each.upload)
    hanging = pins.pins_of(doomed)
    doomed.delete()
    transaction.on_commit(lambda: pins.tell_gone(hanging, by=by))


def like(post: Post, *, user: User) -> bool:
    """Like a post; return False if that was so already. Raises Gone."""
    with transaction.atomic():
        if not Post.objects.published().filter(pk=post.pk).exists():
            raise Gone
        _, made = Like.objects.get_or_create(post=post, user=user)
        if made:
            _count(post.pk, "like_count", by=1)
            words = f"{user.name} likes your post: “{_short(post)}”"
            notify(post.author, kind="like", text=words, url=post.get_absolute_url(), actor=user)
        return made


def unlike(post: Post, *, user: User) -> bool:
    with transaction.atomic():
        ended, _ = Like.objects.filter(post=post, user=user).delete()
        if ended:
            _count(post.pk, "like_count", by=-1)
        return bool(ended)


def unlike_all(posts: Collection[int], *, user: User) -> None:
    """As `unlike`, for each of these posts, in as many queries as one."""
    with transaction.atomic():
        _lock(Post.objects.filter(pk__in=posts))
        likes = Like.objects.filter(post__in=posts, user=user)
        Post.objects.filter(pk__in=likes.values("post")).update(like_count=F("like_count") - 1)
        likes.delete()


def _lock(posts: PostQuerySet) -> list[int]:
    """Lock these posts for the rest of the transaction; return their keys."""
    locked = posts.select_for_update().order_by("pk")
    return list(locked.values_list("pk", flat=True))


def _count_replies_less(doomed: PostQuerySet, *, of: Collection[int]) -> None:
    """What stays above posts that go has fewer replies: those that were published."""
    if not of:
        return
    going = doomed.published().filter(reply_to=OuterRef("pk")).order_by().values("reply_to")
    number = Coalesce(Subquery(going.annotate(number=Count("pk")).values("number")), 0)
    Post.objects.filter(pk__in=of).update(reply_count=F("reply_count") - number)


def _count(post_id: int, column: str, *, by: int) -> None:
    if not Post.objects.filter(pk=post_id).update(**{column: F(column) + by}):
        raise Gone


def _show(post: Post, picture: Picture) -> None:
    post.image_width, post.image_height = picture.width, picture.height
    post.image.save(new_name(), picture.file, save=False)


def _tell(post: Post) -> None:
    """Whom it answers, and whom it names: each once."""
    author, url = post.author, post.get_absolute_url()
    named = _people_named_in(post.text, author)
    post.mentions.set(named)
    if author.is_suspended or not author.is_active:
        return  # since they wrote it: the post is hidden, and may be seen again one day
    answered = post.reply_to.author if post.reply_to else None
    if answered is not None:
        words = f"{author.name} replied to you: “{_short(post)}”"
        notify(answered, kind="reply", text=words, url=url, actor=author)
    for person in named:
        if person != answered:
            words = f"{author.name} mentioned you: “{_short(post)}”"
            notify(person, kind="mention", text=words, url=url, actor=author)


def _short(post: Post) -> str:
    return shorten(post.text, width=QUOTED, placeholder="…")


def _space_linked_in(text: str, author: User) -> Space | None:
    public_id = space_in(text)
    if not public_id:
        return None
    return Space.objects.visible_to(author).filter(public_id=public_id).first()


def _people_named_in(text: str, author: User) -> list[User]:
    """Who exists, and whom no block stands between."""
    handles = handles_in(text)
    if not handles:
        return []
    named = User.objects.active().alias(lower=Lower("handle")).filter(lower__in=handles)
    return list(named.exclude(pk__in=hidden_ids(author)))


def _forget(post: Post) -> None:
    storage, name = post.image.storage, str(post.image.name)
    # A file that can't be deleted is logged; the act stands.
    transaction.on_commit(lambda: storage.delete(name), robust=True)
