from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts import blocking, follow
from core import extents
from spaces.actions import lifecycle
from tests.factories import make_host, make_space, make_user, put_on_stage
from timeline import feed, posts
from timeline.templatetags.posts import ago

ANONYMOUS = AnonymousUser()


def texts(page):
    return [entry.post.text for entry in page.entries]


def write(author, *contents):
    return [posts.write(author=author, text=text) for text in contents]


@pytest.mark.parametrize("few", [0, 200])
def test_home_lists_own_and_followed_posts_with_the_newest_first(ana, ben, few, monkeypatch):
    monkeypatch.setattr(feed, "FEW_FOLLOWED", few)
    write(ana, "one")
    write(make_user(), "a stranger's")
    write(ben, "two")
    assert texts(feed.home(ben)) == ["two", "one"]
    assert texts(feed.home(ana)) == ["one"]


def test_replies_are_listed_only_under_their_post(ana, ben):
    (post,) = write(ana, "one")
    for text in ("first answer", "second answer"):
        posts.write(author=ana, text=text, reply_to=post)
    assert texts(feed.home(ben)) == texts(feed.posts_by(ana, viewer=ANONYMOUS)) == ["one"]
    assert texts(feed.replies(post, viewer=ANONYMOUS)) == ["first answer", "second answer"]


def test_pages_have_no_gaps_and_no_duplicates(ana, ben):
    written = write(ana, *(str(n) for n in range(45)))
    first = feed.home(ben)
    posts.write(author=ana, text="meanwhile")  # a new post at the top does not shift the next page
    second = feed.home(ben, before=first.entries[-1].post.pk)
    third = feed.home(ben, before=second.entries[-1].post.pk)
    seen = [entry.post for page in (first, second, third) for entry in page.entries]
    assert seen == written[::-1]
    assert [len(page.entries) for page in (first, second, third)] == [20, 20, 5]
    assert (first.more, third.more) == (f"/?before={written[25].pk}", "")


def test_returning_to_a_list_shows_the_posts_down_to_the_last_one_read(ana, ben):
    written = write(ana, *(str(n) for n in range(70)))
    last = feed.home(ben, before=written[30].pk).entries[-1].post
    write(ana, "meanwhile")
    for deleted in (written[60], last):
        posts.delete(deleted, by=ana)
    found = feed.home(ben, until=last.pk)
    assert texts(found) == [
        "meanwhile",
        *(str(n) for n in range(69, last.pk - written[0].pk, -1) if n != 60),
    ]
    assert (found.more, found.top) == (f"/?before={found.entries[-1].post.pk}", "")
    assert texts(feed.home(ben, until=written[0].pk))[-1] == "0"
    assert feed.home(ben, until=written[0].pk).more == ""
    assert len(feed.home(ben, until=written[-1].pk).entries) == 20  # never less than a page
    below = feed.home(ben, before=written[50].pk, until=written[20].pk)
    assert texts(below) == [str(n) for n in range(49, 19, -1)]
    assert texts(feed.posts_by(ana, viewer=ben, until=last.pk)) == texts(found)


def test_returning_to_a_conversation_shows_the_replies_down_to_the_last_one_read(ana, ben):
    (post,) = write(ana, "one")
    replies = [posts.write(author=ben, text=str(n), reply_to=post) for n in range(45)]
    found = feed.replies(post, viewer=ana, until=replies[29].pk)
    assert texts(found) == [str(n) for n in range(30)]
    assert found.more == f"{post.get_absolute_url()}?after={replies[29].pk}"


def test_a_very_long_list_returns_the_posts_nearest_to_the_last_one_read(ana, ben, monkeypatch):
    monkeypatch.setattr(extents, "MAX_ROWS", 25)
    written = write(ana, *(str(n) for n in range(60)))
    found = feed.home(ben, until=written[10].pk)
    assert texts(found) == [str(n) for n in range(34, 9, -1)]
    assert (found.more, found.top) == (f"/?before={written[10].pk}", "/")
    (post,) = write(ana, "one")
    replies = [posts.write(author=ben, text=str(n), reply_to=post) for n in range(40)]
    found = feed.replies(post, viewer=ana, until=replies[29].pk)
    assert (texts(found), found.top) == (
        [str(n) for n in range(5, 30)],
        post.get_absolute_url(),
    )


def test_a_block_hides_posts_in_both_directions(ana, ben):
    (post,) = write(ana, "one")
    posts.write(author=ben, text="answer", reply_to=post)
    blocking.block(blocker=ben, blocked=ana)
    assert texts(feed.posts_by(ana, viewer=ben)) == texts(feed.home(ben)) == []
    assert texts(feed.replies(post, viewer=ana)) == []
    assert texts(feed.replies(post, viewer=make_user())) == ["answer"]


def test_posts_of_closed_accounts_are_hidden(ana, ben):
    write(ana, "one")
    ana.is_active = False
    ana.save()
    assert texts(feed.home(ben)) == []


def test_an_entry_says_whether_its_reader_likes_it_and_who_is_mentioned(ana, ben):
    (post,) = write(ana, "Hello @ben and @nobody_here")
    posts.like(post, user=ben)
    (entry,) = feed.home(ben).entries
    assert (entry.liked, entry.handles) == (True, {"ben"})
    assert feed.entry(post, viewer=ANONYMOUS).liked is False


def test_a_card_shows_who_is_on_stage_and_remains_after_the_end(ana, ben):
    space = make_space()
    speaker = put_on_stage(space, make_user())
    posts.write(author=ana, text="Come", space=space)
    assert feed.home(ben).entries[0].card.speakers == [speaker]
    lifecycle.end(space, by=space.host)
    assert feed.home(ben).entries[0].card.space.is_ended


def test_the_card_of_a_host_who_blocks_the_reader_is_hidden(ana, ben):
    space = make_space()
    posts.write(author=ana, text="Come", space=space)
    blocking.block(blocker=space.host, blocked=ben)
    assert feed.home(ben).entries[0].card is None


def rich_post(author, reader):
    space = make_space(make_host())
    post = posts.write(author=author, text=f"Hello @{reader.handle}", space=space)
    posts.like(post, user=reader)


def test_query_count_does_not_grow_with_the_number_of_posts(ana, ben, django_assert_num_queries):
    rich_post(ana, ben)
    with django_assert_num_queries(7):
        feed.home(ben)
    for _ in range(49):
        author = make_user()
        follow.follow(follower=ben, followed=author)
        rich_post(author, ben)
    with django_assert_num_queries(7):
        assert len(feed.home(ben).entries) == feed.PAGE


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "now"), (59, "now"), (60, "1 min"), (3599, "59 min"), (7200, "2 h"), (6 * 86400, "6 d")],
)
def test_the_age_of_a_post_is_shown_in_the_largest_unit(seconds, words):
    assert ago(timezone.now() - timedelta(seconds=seconds + (0.5 if seconds > 59 else 0))) == words


def test_an_old_post_shows_its_date():
    assert ago(timezone.now().replace(year=2019, month=3, day=1)) == "Mar 1, 2019"
