"""Create the posts of the demo people (timeline.demo.script)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from spaces.models import Space
from timeline import posts
from timeline.demo.script import SCRIPT, Line
from timeline.demo.skyline import draw_skyline
from timeline.models import Like, Post

REPLY_AFTER = timedelta(minutes=4)


@transaction.atomic
def write_posts() -> None:
    """Write the posts, unless the database already contains posts."""
    if Post.objects.exists():
        return
    people = {user.handle: user for user in User.objects.exclude(handle__startswith="listener_")}
    listeners = list(User.objects.filter(handle__startswith="listener_").order_by("handle"))
    for line in SCRIPT:
        post = _write(line, people)
        Like.objects.bulk_create([Like(post=post, user=fan) for fan in listeners[: line.likes]])
        Post.objects.filter(pk=post.pk).update(like_count=min(line.likes, len(listeners)))


def _write(line: Line, people: dict[str, User]) -> Post:
    at = timezone.now() - timedelta(minutes=line.minutes_ago)
    post = posts.write(
        author=people[line.author],
        text=line.text,
        picture=draw_skyline(line.text) if line.picture_of else None,
        alt=line.picture_of,
        space=_live_space_of(people[line.author]) if line.shares_demo_space else None,
    )
    _backdate(post, at)
    for number, (author, text) in enumerate(line.replies, start=1):
        reply = posts.write(author=people[author], text=text, reply_to=post)
        _backdate(reply, at + number * REPLY_AFTER)
    return post


def _live_space_of(host: User) -> Space | None:
    return Space.objects.live().filter(host=host).first()


def _backdate(post: Post, at: datetime) -> None:
    Post.objects.filter(pk=post.pk).update(created_at=at)
