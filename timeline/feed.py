"""What people read: pages of posts by key, the newest first, and all that a page shows of each.

However many posts a page has, it costs the same queries.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import Follow, User
from core import extents
from spaces.directory.cards import Card, cards_of
from timeline.models import Like, Post
from timeline.models.post import PostQuerySet

PAGE = 20
FEW = 200  # people whom one follows


@dataclass(frozen=True)
class Entry:
    post: Post
    handles: Collection[str]  # who is mentioned, in lower case
    liked: bool
    card: Card | None


@dataclass(frozen=True)
class Page:
    entries: list[Entry]
    more: str = ""  # the address of the next page
    top: str = ""  # the address of the list, if this page leaves out what comes first


def home(user: User, *, before: int | None = None, until: int | None = None) -> Page:
    """Posts of people whom I follow, and mine."""
    found = _newest(_of_followed(user).tops(), user, before)
    return _page(found, user, until, reverse("timeline:home"), "before")


def of(person: User, *, viewer: Any, before: int | None = None, until: int | None = None) -> Page:
    """Posts of one person."""
    found = _newest(Post.objects.filter(author=person).tops(), viewer, before)
    return _page(found, viewer, until, reverse("timeline:posts_of", args=[person.handle]), "before")


def replies(post: Post, *, viewer: Any, after: int | None = None, until: int | None = None) -> Page:
    """What was answered, in the order of a conversation."""
    found = Post.objects.filter(reply_to=post).visible_to(viewer).order_by("pk")
    later = found.filter(pk__gt=after) if after else found
    return _page(later, viewer, until, post.get_absolute_url(), "after")


def entry(post: Post, *, viewer: Any) -> Entry:
    """One post with all that it shows."""
    return _entries([post], viewer)[0]


def _of_followed(user: User) -> PostQuerySet:
    """Two shapes of one question, because PostgreSQL's planner needs to be told (bench/feed.py).

    Whoever follows few is served by joining their posts: it takes nothing to find that they wrote
    little. Whoever follows many finds them by reading back from the newest.
    """
    followed = Follow.objects.filter(follower=user)
    if user.following_count <= FEW:
        myself = User.objects.filter(pk=user.pk).values("pk")
        authors = followed.values("followed_id").union(myself, all=True)
        return Post.objects.filter(author__in=authors)
    return Post.objects.filter(Q(author=user) | Q(author__in=followed.values("followed")))


def _newest(posts: PostQuerySet, viewer: Any, before: int | None) -> PostQuerySet:
    found = posts.visible_to(viewer).order_by("-pk")
    return found.filter(pk__lt=before) if before else found


def _page(posts: QuerySet[Post], viewer: Any, until: int | None, address: str, key: str) -> Page:
    """A page, or all pages through the post `until`; `key` is what the next one's address asks."""
    extent = extents.up_to(posts, until, page=PAGE)
    whole = extent.rows.select_related("author").prefetch_related("mentions")
    found = list(whole[: extent.size + 1])
    shown = found[: extent.size]
    more = f"{address}?{key}={shown[-1].pk}" if len(found) > extent.size else ""
    return Page(_entries(shown, viewer), more, address if extent.is_cut else "")


def _entries(posts: list[Post], viewer: Any) -> list[Entry]:
    cards = cards_of({post.space_id for post in posts if post.space_id}, viewer)
    liked = _liked(posts, viewer)
    return [
        Entry(
            post=post,
            handles={person.handle.lower() for person in post.mentions.all()},
            liked=post.pk in liked,
            card=cards.get(post.space_id) if post.space_id else None,
        )
        for post in posts
    ]


def _liked(posts: list[Post], viewer: Any) -> set[int]:
    if not isinstance(viewer, User) or not posts:
        return set()
    return set(Like.objects.filter(user=viewer, post__in=posts).values_list("post_id", flat=True))
