"""Erasing an account takes a fixed number of queries, and those on large tables use an index."""

import re

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from accounts import deletion
from accounts.models import User
from core import batches
from notifications.models import Notification
from spaces.actions import chat
from spaces.models import RoomEvent
from tests.factories import make_host, make_space, make_user
from timeline import pins, posts
from timeline.models import Like, Post
from timeline.pictures import Picture

LARGE = {  # tables that grow with people's activity
    "accounts_notification",
    "spaces_message",
    "spaces_roomevent",
    "timeline_like",
    "timeline_post",
    "timeline_post_mentions",
}
STATEMENTS = ("SELECT", "UPDATE", "DELETE")


def create_activity(person, space, *, times):
    """Create `times` rows of each kind that a person leaves behind, next to rows of a friend."""
    friend = make_user()
    for number in range(times):
        friends_post = posts.write(
            author=friend, text=f"Hello @{person.handle}, for the {number}th time"
        )
        posts.like(friends_post, user=person)
        posts.write(author=person, text="Hello", reply_to=friends_post)
        own_post = posts.write(author=person, text="Secret words")
        posts.like(own_post, user=friend)
        posts.write(author=friend, text="Is that so?", reply_to=own_post)
        chat.send(space, author=person, text="Secret line")
        pins.pin(space, post=own_post, by=person)
        pins.unpin(space, post_id=own_post.pk, by=person)


def erase(person):
    User.objects.filter(pk=person.pk).update(deletes_at=timezone.now(), is_active=False)
    with CaptureQueriesContext(connection) as context:
        deletion.erase_due()
    person.refresh_from_db()
    assert person.deleted_at is not None
    return [query["sql"] for query in context.captured_queries]


def test_query_count_does_not_grow_with_the_number_of_rows(both_databases):
    few, many, space = make_user("few"), make_user("many"), make_space()
    create_activity(few, space, times=2)
    create_activity(many, space, times=8)
    assert len(erase(many)) == len(erase(few))
    assert not Post.objects.filter(author__in=[few, many]).exists()
    remaining = Post.objects.all()
    assert {(post.like_count, post.reply_count) for post in remaining} == {(0, 0)}
    assert (remaining.count(), Like.objects.count(), Notification.objects.count()) == (10, 0, 0)
    journal = str(list(RoomEvent.objects.values_list("payload", flat=True)))
    assert ("Secret" in journal, "'Few'" in journal) == (False, False)


def test_more_rows_than_fit_into_one_batch_are_erased(both_databases, monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 2)
    monkeypatch.setattr("timeline.personal_data.BATCH", 2)
    person, space = make_user("many"), make_space()
    create_activity(person, space, times=5)
    erase(person)
    assert Post.objects.exclude(like_count=0, reply_count=0).count() == 0
    assert "Secret" not in str(list(RoomEvent.objects.values_list("payload", flat=True)))


def plans(statements):
    """Yield each statement with its query plan."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET enable_seqscan = off")  # otherwise PostgreSQL scans small tables
        for sql in statements:
            cursor.execute(f"EXPLAIN {'QUERY PLAN ' * (connection.vendor == 'sqlite')}{sql}")
            yield sql, "\n".join(str(row[-1]) for row in cursor.fetchall())
        if connection.vendor == "postgresql":
            cursor.execute("RESET enable_seqscan")


def test_queries_on_large_tables_find_their_rows_by_an_index(both_databases):
    person, space = make_user("ana"), make_space()
    create_activity(person, space, times=2)
    statements = [sql for sql in erase(person) if sql.startswith(STATEMENTS)]
    scanned = {
        (table, sql)
        for sql, plan in plans(statements)
        for table in re.findall(r'(?:Seq Scan on|SCAN) "?(\w+)', plan)
        if table in LARGE
    }
    assert scanned == set()


@pytest.mark.django_db
def test_pictures_of_posts_and_of_their_replies_are_deleted(django_capture_on_commit_callbacks):
    ana, ben = make_host("ana"), make_user("ben")
    picture = Picture.of(Image.new("RGB", (9, 9)), quality=80)
    own_post = posts.write(author=ana, text="Look", picture=picture)
    picture = Picture.of(Image.new("RGB", (9, 9)), quality=80)
    reply = posts.write(author=ben, text="Look", picture=picture, reply_to=own_post)
    names = [own_post.image.name, reply.image.name]
    assert [default_storage.exists(name) for name in names] == [True, True]
    with django_capture_on_commit_callbacks(execute=True):
        erase(ana)
    assert [default_storage.exists(name) for name in names] == [False, False]
