"""Like and reply counts match the rows after concurrent requests, on both databases."""

import pytest

from tests.concurrency import run_concurrently
from tests.factories import make_user
from timeline import posts
from timeline.models import Like, Post

pytestmark = pytest.mark.integration


def test_concurrent_likes_and_replies_are_all_counted(both_databases):
    post = posts.write(author=make_user("ana"), text="Rain")
    people = [make_user() for _ in range(8)]

    def make_request(number):
        if number % 2:
            return posts.like(post, user=people[number])
        return bool(posts.write(author=people[number], text="Yes", reply_to=post))

    assert run_concurrently(8, make_request) == [True] * 8
    post.refresh_from_db()
    assert (post.like_count, post.reply_count) == (4, 4)


def test_liking_eight_times_concurrently_counts_once(both_databases):
    post, fan = posts.write(author=make_user("ana"), text="Rain"), make_user()
    outcomes = run_concurrently(8, lambda _: posts.like(post, user=fan))
    assert sorted(map(str, outcomes)) == ["False"] * 7 + ["True"]
    post.refresh_from_db()
    assert post.like_count == Like.objects.count() == 1


def test_likes_and_replies_to_a_post_that_is_being_deleted_are_refused(both_databases):
    ana, people = make_user("ana"), [make_user() for _ in range(7)]
    for _ in range(4):
        post = posts.write(author=ana, text="Rain")

        def make_request(number, post=post):
            if number == 3:
                return posts.delete(post, by=ana)
            if number % 2:
                return posts.like(post, user=people[number])
            return bool(posts.write(author=people[number], text="Yes", reply_to=post))

        outcomes = run_concurrently(7, make_request)
        assert {type(each) for each in outcomes} <= {bool, type(None), posts.Gone}
        assert (Post.objects.count(), Like.objects.count()) == (0, 0)


def test_a_post_and_its_reply_can_be_deleted_concurrently(both_databases):
    ana, ben = make_user("ana"), make_user("ben")
    for _ in range(4):
        post = posts.write(author=ana, text="Rain")
        reply = posts.write(author=ben, text="Yes", reply_to=post)
        deletions = [(post, ana), (reply, ben)]
        outcomes = run_concurrently(
            2, lambda n, deletions=deletions: posts.delete(deletions[n][0], by=deletions[n][1])
        )
        assert set(map(type, outcomes)) <= {type(None), posts.Gone}
        assert not Post.objects.exists()
