"""Pages of posts, with everything that is shown next to each post.

The number of queries does not depend on the number of posts.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import Follow, User
from core import extents
from spaces.directory.cards import Card, cards_of
from spaces.models import Space
from timeline.models import Like, Post
from timeline.models.post import PostQuerySet

PAGE = 20  # posts
ABOUT = 5  # posts on the page of a Space
FEW_FOLLOWED = 200  # people; see `_own_and_followed`


@dataclass(frozen=True)
class Entry:
    post: Post
    handles: Collection[str]  # of the mentioned people, in lower case
    liked: bool
    card: Card | None


@dataclass(frozen=True)
class Page:
    entries: list[Entry]
    more: str = ""  # the URL of the next page
    top: str = ""  # the URL of the start of the list, if earlier posts are left out


def home(user: User, *, before: int | None = None, until: int | None = None) -> Page:
    """Return the posts of the user and of the people they follow, newest first."""
    found = _newest(_own_and_followed(user).top_level(), user, before)
    return _page(found, user, until, reverse("timeline:home"), "before")


def posts_by(
    person: User, *, viewer: Any, before: int | None = None, until: int | None = None
) -> Page:
    """Return the posts of a person, without replies, newest first."""
    found = _newest(Post.objects.filter(author=person).top_level(), viewer, before)
    return _page(found, viewer, until, reverse("timeline:posts_of", args=[person.handle]), "before")


def replies(post: Post, *, viewer: Any, after: int | None = None, until: int | None = None) -> Page:
    """Return the replies to a post, oldest first."""
    found = Post.objects.filter(reply_to=post).visible_to(viewer).order_by("pk")
    later = found.filter(pk__gt=after) if after else found
    return _page(later, viewer, until, post.get_absolute_url(), "after")


def about(space: Space, *, viewer: Any) -> list[Entry]:
    """Return the newest posts with the card of this Space."""
    found = _newest(Post.objects.filter(space=space).top_level(), viewer, None)
    rows = found.select_related("author").prefetch_related("mentions")
    return _entries(list(rows[:ABOUT]), viewer)


def entry(post: Post, *, viewer: Any) -> Entry:
    """Return a post with everything that is shown next to it."""
    return _entries([post], viewer)[0]


def _own_and_followed(user: User) -> PostQuerySet:
    """Select the posts of the user and of the people they follow.

    There are two queries, because PostgreSQL's planner does not pick the faster one (see
    bench/feed.py). If the user follows few people, it is faster to look up the posts of each
    author. If the user follows many people, it is faster to read backwards from the newest post.
    """
    followed = Follow.objects.filter(follower=user)
    if user.following_count <= FEW_FOLLOWED:
        myself = User.objects.filter(pk=user.pk).values("pk")
        authors = followed.values("followed_id").union(myself, all=True)
        return Post.objects.filter(author__in=authors)
    return Post.objects.filter(Q(author=user) | Q(author__in=followed.values("followed")))


def _newest(posts: PostQuerySet, viewer: Any, before: int | None) -> PostQuerySet:
    found = posts.visible_to(viewer).order_by("-pk")
    return found.filter(pk__lt=before) if before else found


def _page(posts: QuerySet[Post], viewer: Any, until: int | None, url: str, key: str) -> Page:
    """Return one page of `posts`, or all posts up to the post `until`.

    `url` is the URL of the list, `key` the query parameter that requests the next page.
    """
    extent = extents.up_to(posts, until, page=PAGE)
    rows = extent.rows.select_related("author").prefetch_related("mentions")
    found = list(rows[: extent.size + 1])
    shown = found[: extent.size]
    more = f"{url}?{key}={shown[-1].pk}" if len(found) > extent.size else ""
    return Page(_entries(shown, viewer), more, url if extent.is_cut else "")


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
