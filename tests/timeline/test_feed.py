from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts import blocking, follow
from core import extents
from spaces.actions import lifecycle
from tests.factories import bring_up, make_host, make_space, make_user
from timeline import feed, posts
from timeline.templatetags.posts import ago

NOBODY = AnonymousUser()


def texts(page):
    return [entry.post.text for entry in page.entries]


def write(author, *said):
    return [posts.write(author=author, text=text) for text in said]


@pytest.mark.parametrize("few", [0, 200])
def test_home_is_whom_i_follow_and_myself_the_newest_first(ana, ben, few, monkeypatch):
    monkeypatch.setattr(feed, "FEW", few)
    write(ana, "one")
    write(make_user(), "a stranger's")
    write(ben, "two")
    assert texts(feed.home(ben)) == ["two", "one"]
    assert texts(feed.home(ana)) == ["one"]


def test_replies_stand_under_their_post_alone(ana, ben):
    (post,) = write(ana, "one")
    for text in ("first answer", "second answer"):
        posts.write(author=ana, text=text, reply_to=post)
    assert texts(feed.home(ben)) == texts(feed.of(ana, viewer=NOBODY)) == ["one"]
    assert texts(feed.replies(post, viewer=NOBODY)) == ["first answer", "second answer"]


def test_pages_follow_each_other_without_gap_or_repetition(ana, ben):
    written = write(ana, *(str(n) for n in range(45)))
    first = feed.home(ben)
    posts.write(author=ana, text="meanwhile")  # what comes on top moves nothing below
    second = feed.home(ben, before=first.entries[-1].post.pk)
    third = feed.home(ben, before=second.entries[-1].post.pk)
    read = [entry.post for page in (first, second, third) for entry in page.entries]
    assert read == written[::-1]
    assert [len(page.entries) for page in (first, second, third)] == [20, 20, 5]
    assert (first.more, third.more) == (f"/?before={written[25].pk}", "")


def test_who_comes_back_reads_as_far_as_they_had(ana, ben):
    written = write(ana, *(str(n) for n in range(70)))
    last = feed.home(ben, before=written[30].pk).entries[-1].post
    write(ana, "meanwhile")
    for gone in (written[60], last):
        posts.delete(gone, by=ana)
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
    assert texts(feed.of(ana, viewer=ben, until=last.pk)) == texts(found)


def test_a_conversation_comes_back_as_far_as_it_was_read(ana, ben):
    (post,) = write(ana, "one")
    said = [posts.write(author=ben, text=str(n), reply_to=post) for n in range(45)]
    found = feed.replies(post, viewer=ana, until=said[29].pk)
    assert texts(found) == [str(n) for n in range(30)]
    assert found.more == f"{post.get_absolute_url()}?after={said[29].pk}"


def test_of_a_very_long_list_what_is_nearest_comes_back(ana, ben, monkeypatch):
    monkeypatch.setattr(extents, "MOST", 25)
    written = write(ana, *(str(n) for n in range(60)))
    found = feed.home(ben, until=written[10].pk)
    assert texts(found) == [str(n) for n in range(34, 9, -1)]
    assert (found.more, found.top) == (f"/?before={written[10].pk}", "/")
    (post,) = write(ana, "one")
    said = [posts.write(author=ben, text=str(n), reply_to=post) for n in range(40)]
    found = feed.replies(post, viewer=ana, until=said[29].pk)
    assert (texts(found), found.top) == (
        [str(n) for n in range(5, 30)],
        post.get_absolute_url(),
    )


def test_a_block_hides_posts_both_ways(ana, ben):
    (post,) = write(ana, "one")
    posts.write(author=ben, text="answer", reply_to=post)
    blocking.block(blocker=ben, blocked=ana)
    assert texts(feed.of(ana, viewer=ben)) == texts(feed.home(ben)) == []
    assert texts(feed.replies(post, viewer=ana)) == []
    assert texts(feed.replies(post, viewer=make_user())) == ["answer"]


def test_who_is_no_longer_here_is_not_read(ana, ben):
    write(ana, "one")
    ana.is_active = False
    ana.save()
    assert texts(feed.home(ben)) == []


def test_an_entry_knows_what_its_reader_likes_and_who_is_named(ana, ben):
    (post,) = write(ana, "Hello @ben and @nobody_here")
    posts.like(post, user=ben)
    (entry,) = feed.home(ben).entries
    assert (entry.liked, entry.handles) == (True, {"ben"})
    assert feed.entry(post, viewer=NOBODY).liked is False


def test_a_card_tells_who_is_on_stage_and_stays_when_it_ended(ana, ben):
    space = make_space()
    speaker = bring_up(space, make_user())
    posts.write(author=ana, text="Come", space=space)
    assert feed.home(ben).entries[0].card.speakers == [speaker]
    lifecycle.end(space, by=space.host)
    assert feed.home(ben).entries[0].card.space.is_ended


def test_the_card_of_a_host_who_blocks_me_is_not_there(ana, ben):
    space = make_space()
    posts.write(author=ana, text="Come", space=space)
    blocking.block(blocker=space.host, blocked=ben)
    assert feed.home(ben).entries[0].card is None


def rich_post(author, reader):
    space = make_space(make_host())
    post = posts.write(author=author, text=f"Hello @{reader.handle}", space=space)
    posts.like(post, user=reader)


def test_a_page_of_one_post_costs_what_a_page_of_fifty_does(ana, ben, django_assert_num_queries):
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
def test_how_long_ago(seconds, words):
    assert ago(timezone.now() - timedelta(seconds=seconds + (0.5 if seconds > 59 else 0))) == words


def test_long_ago_is_a_date():
    assert ago(timezone.now().replace(year=2019, month=3, day=1)) == "Mar 1, 2019"
