"""Pages of posts, with everything that is shown next to each post.

The number of queries does not depend on the number of posts.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, ExpressionWrapper, F, Q, QuerySet

from accounts.models import Follow, User
from accounts.readers import id_of, with_id
from core import extents
from core.paths import path_of
from core.prepared_queries import prepared
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
    follows_few = user.following_count <= FEW_FOLLOWED
    if before is None and until is None:
        newest = _newest_of_followed(user.pk, follows_few=follows_few)
        return _first_page(newest, user, path_of("timeline:home"), "before")
    found = _newest(_own_and_followed(user, follows_few).top_level(), user, before)
    return _page(found, user, until, path_of("timeline:home"), "before")


def posts_by(
    person: User, *, viewer: Any, before: int | None = None, until: int | None = None
) -> Page:
    """Return the posts of a person, without replies, newest first."""
    if before is None and until is None:
        url = path_of("timeline:posts_of", person.handle)
        return _first_page(_newest_by(person.pk, id_of(viewer)), viewer, url, "before")
    found = _newest(Post.objects.filter(author=person).top_level(), viewer, before)
    return _page(found, viewer, until, path_of("timeline:posts_of", person.handle), "before")


def replies(post: Post, *, viewer: Any, after: int | None = None, until: int | None = None) -> Page:
    """Return the replies to a post, oldest first."""
    found = Post.objects.filter(reply_to=post).visible_to(viewer).order_by("pk")
    later = found.filter(pk__gt=after) if after else found
    return _page(later, viewer, until, post.get_absolute_url(), "after")


def about(space: Space, *, viewer: Any) -> list[Entry]:
    """Return the newest posts with the card of this Space."""
    found = _newest(Post.objects.filter(space=space).top_level(), viewer, None)
    return _entries(list(found.select_related("author")[:ABOUT]), viewer)


def entry(post: Post, *, viewer: Any) -> Entry:
    """Return a post with everything that is shown next to it."""
    return _entries([post], viewer)[0]


@prepared
def _newest_of_followed(user_id: int, *, follows_few: bool) -> QuerySet[Post]:
    user = User(pk=user_id)
    found = _newest(_own_and_followed(user, follows_few).top_level(), user, None)
    return found.select_related("author")[: PAGE + 1]


@prepared
def _newest_by(person_id: int, viewer_id: int | None) -> QuerySet[Post]:
    found = Post.objects.filter(author=person_id).top_level()
    newest = _newest(found, with_id(viewer_id), None)
    return newest.select_related("author")[: PAGE + 1]


def _own_and_followed(user: User, follows_few: bool) -> PostQuerySet:
    """Select the posts of the user and of the people they follow.

    There are two queries, because the planners of PostgreSQL and SQLite do not pick the faster one
    (see bench/feed.py). If the user follows few people, it is faster to look up the posts of each
    author. If the user follows many people, it is faster to read backwards from the newest post;
    SQLite does so only if the condition can't use the index of authors, hence `author + 0`.
    """
    followed = Follow.objects.filter(follower=user)
    if follows_few:
        myself = User.objects.filter(pk=user.pk).values("pk")
        authors = followed.values("followed_id").union(myself, all=True)
        return Post.objects.filter(author__in=authors)
    author = ExpressionWrapper(F("author_id") + 0, output_field=BigIntegerField())
    shown = Q(unindexed_author=user.pk) | Q(unindexed_author__in=followed.values("followed"))
    return Post.objects.alias(unindexed_author=author).filter(shown)


def _newest(posts: PostQuerySet, viewer: Any, before: int | None) -> PostQuerySet:
    found = posts.visible_to(viewer).order_by("-pk")
    return found.filter(pk__lt=before) if before else found


def _page(posts: QuerySet[Post], viewer: Any, until: int | None, url: str, key: str) -> Page:
    """Return one page of `posts`, or all posts up to the post `until`.

    `url` is the URL of the list, `key` the query parameter that requests the next page.
    """
    extent = extents.up_to(posts, until, page=PAGE)
    found = list(extent.rows.select_related("author")[: extent.size + 1])
    shown = found[: extent.size]
    more = f"{url}?{key}={shown[-1].pk}" if len(found) > extent.size else ""
    return Page(_entries(shown, viewer), more, url if extent.is_cut else "")


def _first_page(found: list[Post], viewer: Any, url: str, key: str) -> Page:
    shown = found[:PAGE]
    more = f"{url}?{key}={shown[-1].pk}" if len(found) > PAGE else ""
    return Page(_entries(shown, viewer), more)


def _entries(posts: list[Post], viewer: Any) -> list[Entry]:
    cards = cards_of({post.space_id for post in posts if post.space_id}, viewer)
    liked, mentioned = _liked(posts, viewer), _mentioned(posts)
    return [
        Entry(
            post=post,
            handles=mentioned[post.pk],
            liked=post.pk in liked,
            card=cards.get(post.space_id) if post.space_id else None,
        )
        for post in posts
    ]


def _liked(posts: list[Post], viewer: Any) -> set[int]:
    if not isinstance(viewer, User) or not posts:
        return set()
    return set(_likes(viewer.pk, [post.pk for post in posts]))


@prepared
def _likes(user_id: int, posts: list[int]) -> "QuerySet[Like, int]":
    return Like.objects.filter(user=user_id, post__in=posts).values_list("post_id", flat=True)


def _mentioned(posts: list[Post]) -> dict[int, set[str]]:
    """Return the handles of the people whom each post mentions, in lower case."""
    found: dict[int, set[str]] = {post.pk: set() for post in posts}
    if posts:
        for post_id, handle in _mentions(list(found)):
            found[post_id].add(handle.lower())
    return found


@prepared
def _mentions(posts: list[int]) -> "QuerySet[Post, tuple[int, str]]":
    mentions = Post.objects.filter(pk__in=posts, mentions__isnull=False).order_by()
    return mentions.values_list("pk", "mentions__handle")
