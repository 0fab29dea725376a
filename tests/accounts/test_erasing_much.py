"""Erasing an account takes as many queries for many rows as for few, and each finds its rows by an
index."""

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

LARGE = {  # tables that grow with what people do
    "accounts_notification",
    "spaces_message",
    "spaces_roomevent",
    "timeline_like",
    "timeline_post",
    "timeline_post_mentions",
}
ACTS = ("SELECT", "UPDATE", "DELETE")


def live_a_life(person, space, *, times):
    """So many of all that a person leaves behind, each beside somebody else's."""
    friend = make_user()
    for number in range(times):
        theirs = posts.write(author=friend, text=f"Hello @{person.handle}, for the {number}th time")
        posts.like(theirs, user=person)
        posts.write(author=person, text="Hello", reply_to=theirs)
        top = posts.write(author=person, text="Secret words")
        posts.like(top, user=friend)
        posts.write(author=friend, text="Is that so?", reply_to=top)
        chat.say(space, author=person, text="Secret line")
        pins.pin(space, post=top, by=person)
        pins.unpin(space, post_id=top.pk, by=person)


def erase(person):
    User.objects.filter(pk=person.pk).update(deletes_at=timezone.now(), is_active=False)
    with CaptureQueriesContext(connection) as context:
        deletion.erase_due()
    person.refresh_from_db()
    assert person.deleted_at is not None
    return [query["sql"] for query in context.captured_queries]


def test_much_takes_no_more_queries_than_little(both_databases):
    few, many, space = make_user("few"), make_user("many"), make_space()
    live_a_life(few, space, times=2)
    live_a_life(many, space, times=8)
    assert len(erase(many)) == len(erase(few))
    assert not Post.objects.filter(author__in=[few, many]).exists()
    left = Post.objects.all()
    assert {(post.like_count, post.reply_count) for post in left} == {(0, 0)}
    assert (left.count(), Like.objects.count(), Notification.objects.count()) == (10, 0, 0)
    journal = str(list(RoomEvent.objects.values_list("payload", flat=True)))
    assert ("Secret" in journal, "'Few'" in journal) == (False, False)


def test_more_than_fits_into_one_batch_is_erased_as_well(both_databases, monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 2)
    monkeypatch.setattr("timeline.personal_data.MOST_AT_ONCE", 2)
    person, space = make_user("many"), make_space()
    live_a_life(person, space, times=5)
    erase(person)
    assert Post.objects.exclude(like_count=0, reply_count=0).count() == 0
    assert "Secret" not in str(list(RoomEvent.objects.values_list("payload", flat=True)))


def plans(statements):
    """How the database would find the rows, statement by statement."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET enable_seqscan = off")  # of small tables it would read everything
        for sql in statements:
            cursor.execute(f"EXPLAIN {'QUERY PLAN ' * (connection.vendor == 'sqlite')}{sql}")
            yield sql, "\n".join(str(row[-1]) for row in cursor.fetchall())
        if connection.vendor == "postgresql":
            cursor.execute("RESET enable_seqscan")


def test_every_query_finds_its_rows_by_an_index(both_databases):
    person, space = make_user("ana"), make_space()
    live_a_life(person, space, times=2)
    statements = [sql for sql in erase(person) if sql.startswith(ACTS)]
    scanned = {
        (table, sql)
        for sql, plan in plans(statements)
        for table in re.findall(r'(?:Seq Scan on|SCAN) "?(\w+)', plan)
        if table in LARGE
    }
    assert scanned == set()


@pytest.mark.django_db
def test_files_of_posts_and_of_the_replies_to_them_go(django_capture_on_commit_callbacks):
    ana, ben = make_host("ana"), make_user("ben")
    picture = Picture.of(Image.new("RGB", (9, 9)), quality=80)
    top = posts.write(author=ana, text="Look", picture=picture)
    picture = Picture.of(Image.new("RGB", (9, 9)), quality=80)
    reply = posts.write(author=ben, text="Look", picture=picture, reply_to=top)
    names = [top.image.name, reply.image.name]
    assert [default_storage.exists(name) for name in names] == [True, True]
    with django_capture_on_commit_callbacks(execute=True):
        erase(ana)
    assert [default_storage.exists(name) for name in names] == [False, False]
